# Brunner and Munzel's test from the formulas of their paper in base R, frozen in rank_test.csv.
# Run in this folder: Rscript rank_test.R
sets <- list(
  pain = list(c(3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4), c(1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1)),
  marks = list(c(7, 8, 6, 9, 7, 7, 10, 4), c(6, 6, 5, 8, 7)),
  times = list(c(55, 65, 75, 62, 45, 135), c(30, 300, 86, 41, 86400, 3600, 50)),
  swiss = list(swiss$Fertility[swiss$Catholic > 50], swiss$Fertility[swiss$Catholic <= 50])
)
out <- data.frame()
for (name in names(sets)) for (level in c(0.90, 0.95)) {
  y <- sets[[name]][[1]]; x <- sets[[name]][[2]]; m <- length(y); n <- length(x)
  all <- rank(c(x, y)); rx <- all[1:n]; ry <- all[n + 1:m]
  chance <- (mean(ry) - (m + 1) / 2) / n
  sx <- sum((rx - rank(x) - mean(rx) + (n + 1) / 2)^2) / (n - 1)
  sy <- sum((ry - rank(y) - mean(ry) + (m + 1) / 2)^2) / (m - 1)
  error <- sqrt(sx / (n * m^2) + sy / (m * n^2))
  df <- (n * sx + m * sy)^2 / ((n * sx)^2 / (n - 1) + (m * sy)^2 / (m - 1))
  away <- qt((1 + level) / 2, df) * error
  stopifnot(isTRUE(all.equal(chance, unname(suppressWarnings(wilcox.test(y, x)$statistic)) / (m * n))))
  out <- rbind(out, data.frame(set = name, level, statistic = c("estimate", "low", "high", "p"),
    value = signif(c(chance, max(0, chance - away), min(1, chance + away), 2 * pt(-abs(chance - 0.5) / error, df)), 12)))
}
out$given <- out$others <- ""
for (name in names(sets)) {
  out$given[out$set == name] <- paste(sets[[name]][[1]], collapse = " ")
  out$others[out$set == name] <- paste(sets[[name]][[2]], collapse = " ")
}
write.csv(out, "rank_test.csv", row.names = FALSE, quote = FALSE)
