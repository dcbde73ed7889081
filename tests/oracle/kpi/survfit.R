# Frozen output of survival::survfit for tests/stats/test_survival.py. Run in this folder: Rscript survfit.R
# cases.csv is made here; survfit.csv holds what R says about it.
library(survival)
set.seed(20260930)
rows <- function(name, n, late) {
  start <- if (late) round(runif(n, -60, 60)) else rep(0, n)
  length_ <- round(rexp(n, 1 / 25)) + 1
  entry <- pmax(0, -start)
  cut <- if (late) 90 - start else round(runif(n, 5, 60))
  exit <- pmin(length_, cut)
  seen <- exit > entry
  data.frame(set = name, entry, exit, done = as.integer(length_ <= cut))[seen, ]
}
aml <- data.frame(set = "aml", entry = 0, exit = aml$time, done = aml$status)
cases <- rbind(rows("plain", 60, FALSE), rows("late", 120, TRUE), rows("small", 12, FALSE), aml)
write.csv(cases, "cases.csv", row.names = FALSE, quote = FALSE)

out <- data.frame()
for (name in unique(cases$set)) {
  part <- cases[cases$set == name, ]
  for (level in c(0.95, 0.90)) {
    fit <- if (any(part$entry > 0)) {
      survfit(Surv(entry, exit, done) ~ 1, data = part, conf.type = "log-log", conf.int = level)
    } else {
      survfit(Surv(exit, done) ~ 1, data = part, conf.type = "log-log", conf.int = level)
    }
    curve <- summary(fit)
    out <- rbind(out, data.frame(set = name, level, kind = "curve", at = curve$time, estimate = curve$surv,
                                 low = curve$lower, high = curve$upper, at_risk = curve$n.risk))
    for (p in c(0.25, 0.5, 0.75)) {
      q <- quantile(fit, p)
      out <- rbind(out, data.frame(set = name, level, kind = "quantile", at = p, estimate = unname(q$quantile),
                                   low = unname(q$lower), high = unname(q$upper), at_risk = NA))
    }
  }
}
out[c("estimate", "low", "high")] <- lapply(out[c("estimate", "low", "high")], signif, digits = 12)
write.csv(out, "survfit.csv", row.names = FALSE, quote = FALSE)
writeLines(paste("survival", packageVersion("survival"), "on", R.version.string), "VERSIONS.txt")
