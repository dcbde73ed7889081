# Intervals and tests from base R, frozen in intervals.csv. Run: Rscript intervals.R > intervals.csv
options(digits = 15)
cat("what,a,b,c,d,level,statistic,value\n")
row <- function(what, args, level, ...) {
  values <- list(...)
  args <- c(args, rep("", 4 - length(args)))
  for (name in names(values))
    cat(paste(c(what, args, level, name, format(values[[name]], digits = 15)), collapse = ","), "\n", sep = "")
}
for (level in c(0.90, 0.95, 0.99)) {
  for (x in list(c(0, 12), c(3, 12), c(45, 60), c(199, 200))) {
    ci <- suppressWarnings(prop.test(x[1], x[2], conf.level = level, correct = FALSE)$conf.int)
    row("wilson", x, level, low = ci[1], high = ci[2])
  }
}
marks <- list(a = c(7, 8, 6, 9, 7, 7, 10, 4), b = c(6, 6, 5, 8, 7), c = c(1, 2, 2, 3, 5, 4, 4, 3, 2, 2, 1))
times <- list(a = c(55, 65, 75, 62, 45, 135), b = c(30, 300, 86, 41), c = c(86400, 3600, 1200, 64000, 90000))
for (name in names(marks)) for (level in c(0.90, 0.95, 0.99)) {
  ci <- t.test(marks[[name]], conf.level = level)$conf.int
  row("mean_t", name, level, low = ci[1], high = ci[2])
  ci <- exp(t.test(log(times[[name]]), conf.level = level)$conf.int)
  row("log_t", name, level, estimate = exp(mean(log(times[[name]]))), low = ci[1], high = ci[2])
}
for (pair in list(c("a", "b"), c("a", "c"), c("c", "b"))) {
  test <- t.test(marks[[pair[1]]], marks[[pair[2]]])
  row("welch", pair, 0.95, low = test$conf.int[1], high = test$conf.int[2], p = test$p.value)
  test <- t.test(log(times[[pair[1]]]), log(times[[pair[2]]]))
  row("ratio", pair, 0.95, low = exp(test$conf.int[1]), high = exp(test$conf.int[2]), p = test$p.value)
}
for (x in list(c(11, 12, 5, 10), c(45, 60, 30, 60), c(400, 500, 380, 510), c(9, 10, 3, 10))) {
  table <- rbind(c(x[1], x[2] - x[1]), c(x[3], x[4] - x[3]))
  n <- sum(table)
  chi <- suppressWarnings(chisq.test(table, correct = FALSE)$statistic)
  row("n_minus_1", x, "", p = pchisq(chi * (n - 1) / n, 1, lower.tail = FALSE))
}
p <- c(0.001, 0.2, 0.03, 0.04, 0.0004, 0.9, 0.012, 0.03)
for (i in seq_along(p)) row("adjusted", i, "", holm = p.adjust(p, "holm")[i], bh = p.adjust(p, "BH")[i])
