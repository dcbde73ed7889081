# Segmented regression with AR(1) errors, averaged over the autocorrelation by its restricted likelihood:
# full covariance matrices and numerical integration, for tests/stats/test_segmented.py.
# Run in this folder: Rscript segmented.R
week <- 0:25; after <- as.numeric(week >= 13); since <- after * (week - 13)
y <- c(20, 22, 19, 24, 21, 23, 25, 22, 26, 24, 23, 27, 25, 18, 17, 19, 16, 15, 17, 14, 15, 13, 14, 12, 13, 11)
X <- cbind(1, week, after, since); n <- length(y)
fit <- function(rho) {
  inv <- solve(rho^abs(outer(week, week, "-")))
  G <- solve(t(X) %*% inv %*% X); b <- G %*% t(X) %*% inv %*% y; e <- y - X %*% b
  ss <- as.numeric(t(e) %*% inv %*% e)
  logl <- (determinant(inv)$modulus + determinant(G)$modulus - (n - 4) * log(ss)) / 2
  list(b = as.vector(b), v = G * ss / (n - 4), logl = as.numeric(logl))
}
top <- fit(-0.2)$logl
moment <- function(f) integrate(function(r) sapply(r, function(one) {
  m <- fit(one); exp(m$logl - top) * f(m) }), -0.3, 0.95, rel.tol = 1e-9)$value
total <- moment(function(m) 1)
out <- data.frame()
for (effect in list(list("level", c(0, 0, 1, 0)), list("slope", c(0, 0, 0, 1)), list("end", c(0, 0, 1, 12)))) {
  d <- effect[[2]]
  mean <- moment(function(m) sum(d * m$b)) / total
  second <- moment(function(m) as.numeric(t(d) %*% m$v %*% d) + sum(d * m$b)^2) / total
  out <- rbind(out, data.frame(effect = effect[[1]], estimate = signif(mean, 10),
                               error = signif(sqrt(second - mean^2), 10)))
}
# one autocorrelation, fixed
one <- fit(0.4)
out <- rbind(out, data.frame(effect = "level at 0.4", estimate = signif(one$b[3], 10),
                             error = signif(sqrt(one$v[3, 3]), 10)))
write.csv(out, "segmented.csv", row.names = FALSE, quote = FALSE)
write.csv(data.frame(week, y), "series.csv", row.names = FALSE)
