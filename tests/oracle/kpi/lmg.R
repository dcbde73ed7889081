# LMG over all orders and Johnson's weights in base R, on two classic sets that come with R.
# Run in this folder: Rscript lmg.R. mtcars: Motor Trend 1974; swiss: Office of Population Research, Princeton.
write.csv(mtcars[c("mpg", "cyl", "disp", "hp", "gear", "am", "vs")], "mtcars.csv", row.names = FALSE)
r2 <- function(data, y, x) if (length(x) == 0) 0 else summary(lm(reformulate(x, y), data))$r.squared
orders <- function(x) if (length(x) < 2) list(x) else
  do.call(c, lapply(seq_along(x), function(i) lapply(orders(x[-i]), function(rest) c(x[i], rest))))
lmg <- function(data, y, x) {
  all <- orders(x)
  gains <- sapply(all, function(o) {
    steps <- sapply(seq_along(o), function(i) r2(data, y, o[1:i]) - r2(data, y, o[seq_len(i - 1)]))
    setNames(steps, o)[x]
  })
  rowMeans(gains)
}
johnson <- function(data, y, x) {
  e <- eigen(cor(data[x]))
  root <- e$vectors %*% diag(sqrt(e$values)) %*% t(e$vectors)
  beta <- solve(root, cor(data[x], data[[y]]))
  setNames(as.vector(root^2 %*% beta^2), x)
}
out <- data.frame()
add <- function(set, method, values) {
  out <<- rbind(out, data.frame(set, method, term = names(values), value = signif(values, 12)))
}
add("mtcars am vs cyl", "lmg", lmg(mtcars, "mpg", c("am", "vs", "cyl")))
add("mtcars cyl disp hp gear", "lmg", lmg(mtcars, "mpg", c("cyl", "disp", "hp", "gear")))
add("mtcars cyl disp hp gear", "johnson", johnson(mtcars, "mpg", c("cyl", "disp", "hp", "gear")))
add("swiss", "lmg", lmg(swiss, "Fertility", names(swiss)[-1]))
add("swiss", "johnson", johnson(swiss, "Fertility", names(swiss)[-1]))
write.csv(swiss, "swiss.csv", row.names = FALSE)
write.csv(out, "lmg.csv", row.names = FALSE, quote = FALSE)
