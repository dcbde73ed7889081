# Frozen output of base R for counts and comparisons. Run in this folder: Rscript counts.R
out <- data.frame()
add <- function(test, input, quantity, value) {
  out <<- rbind(out, data.frame(test, input, quantity, value = signif(value, 12)))
}
# exact conditional ratio of two Poisson rates: after against before
for (x in list(c(12, 100, 30, 100), c(0, 50, 9, 60), c(45, 26, 101, 26), c(7, 13, 7, 13), c(150, 91, 310, 91))) {
  fit <- poisson.test(x[c(1, 3)], x[c(2, 4)])
  key <- paste(x, collapse = " ")
  add("poisson.test", key, "ratio", unname(fit$estimate))
  add("poisson.test", key, "low", fit$conf.int[1])
  add("poisson.test", key, "high", fit$conf.int[2])
}
# the same, tested against one half
for (x in list(c(12, 100, 30, 100), c(45, 26, 101, 26))) {
  fit <- poisson.test(x[c(1, 3)], x[c(2, 4)], r = 0.5)
  add("poisson.test half", paste(x, collapse = " "), "p", fit$p.value)
}
# exact rate of one count
for (x in list(c(0, 10), c(3, 100), c(27, 13))) {
  fit <- poisson.test(x[1], x[2])
  key <- paste(x, collapse = " ")
  add("poisson.test one", key, "low", fit$conf.int[1])
  add("poisson.test one", key, "high", fit$conf.int[2])
}
# dispersion of weekly counts around one rate: Pearson chi-square over degrees of freedom
counts <- c(12, 15, 9, 22, 18, 11, 14, 25, 8, 16, 13, 19, 10)
fit <- glm(counts ~ 1, family = quasipoisson, control = list(epsilon = 1e-14))
add("quasipoisson", paste(counts, collapse = " "), "dispersion", summary(fit)$dispersion)
# interrupted series: level and slope by lm
week <- 0:25; after <- as.numeric(week >= 13); since <- after * (week - 13)
y <- c(20, 22, 19, 24, 21, 23, 25, 22, 26, 24, 23, 27, 25, 18, 17, 19, 16, 15, 17, 14, 15, 13, 14, 12, 13, 11)
fit <- lm(y ~ week + after + since)
add("lm", paste(y, collapse = " "), "level", unname(coef(fit)["after"]))
add("lm", paste(y, collapse = " "), "slope", unname(coef(fit)["since"]))
add("lm", paste(y, collapse = " "), "level_se", coef(summary(fit))["after", 2])
# quantiles of the binomial, on which the funnel's limits rest
for (x in list(c(20, 0.7), c(100, 0.7), c(400, 0.7), c(50, 0.05))) {
  for (p in c(0.001, 0.025, 0.975, 0.999)) {
    add("qbinom", paste(x, collapse = " "), as.character(p), qbinom(p, x[1], x[2]))
    add("pbinom", paste(x, collapse = " "), as.character(p), pbinom(qbinom(p, x[1], x[2]), x[1], x[2]))
  }
}
write.csv(out, "counts.csv", row.names = FALSE, quote = TRUE)
