# Posterior means of two hierarchical models by brute force, for tests/stats/test_shrinkage.py.
# Run in this folder: Rscript shrinkage.R. The eight schools: Rubin (1981), Bayesian Data Analysis table 5.2.
out <- data.frame()
add <- function(model, unit, mean, sd) {
  out <<- rbind(out, data.frame(model, unit, mean = signif(mean, 10), sd = signif(sd, 10)))
}
y <- c(28, 8, -3, 7, -1, 1, 18, 12); s <- c(15, 10, 16, 11, 9, 11, 10, 18)
top <- 5 * max(sqrt(mean((y - mean(y))^2)), min(s))
density <- function(tau) sapply(tau, function(t) {
  v <- 1 / (s^2 + t^2); m <- sum(v * y) / sum(v)
  exp(sum(log(v) - v * (y - m)^2) / 2) / sqrt(sum(v))
})
given <- function(tau, j, power) sapply(tau, function(t) {
  v <- 1 / (s^2 + t^2); m <- sum(v * y) / sum(v); b <- s[j]^2 * v[j]
  mean <- y[j] + b * (m - y[j]); var <- s[j]^2 * (1 - b) + b^2 / sum(v)
  if (power == 1) mean else var + mean^2
})
total <- integrate(density, 0, top, rel.tol = 1e-10)$value
for (j in seq_along(y)) {
  m1 <- integrate(function(t) density(t) * given(t, j, 1), 0, top, rel.tol = 1e-10)$value / total
  m2 <- integrate(function(t) density(t) * given(t, j, 2), 0, top, rel.tol = 1e-10)$value / total
  add("normal", j, m1, sqrt(m2 - m1^2))
}
# shares: flat in the mean and in the root of the correlation, on a fine grid
x <- c(9, 14, 40, 77, 160, 700); n <- c(10, 20, 50, 100, 200, 1000)
m <- (seq_len(800) - 0.5) / 800; r <- (seq_len(400) - 0.5) / 400 * 0.6
grid <- expand.grid(m = m, rho = r^2); M <- 1 / grid$rho - 1; a <- grid$m * M; b <- (1 - grid$m) * M
loglik <- rowSums(sapply(seq_along(x), function(j) lbeta(x[j] + a, n[j] - x[j] + b) - lbeta(a, b)))
w <- exp(loglik - max(loglik)); w <- w / sum(w)
for (j in seq_along(x)) {
  mean <- (x[j] + a) / (n[j] + M); var <- mean * (1 - mean) / (n[j] + M + 1)
  add("shares", j, sum(w * mean), sqrt(sum(w * (var + mean^2)) - sum(w * mean)^2))
}
write.csv(out, "shrinkage.csv", row.names = FALSE, quote = FALSE)
