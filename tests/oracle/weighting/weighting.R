# Frozen values of the R package survey for tests/stats/test_raking.py and tests/survey/test_weighting.py.
# Rscript weighting.R   reads sample.csv and population.csv beside it, writes weights.csv and values.csv.
suppressPackageStartupMessages(library(survey))
sample <- read.csv("sample.csv")
population <- read.csv("population.csv")
sample$age_sex <- paste(sample$age, sample$sex, sep = ":")
tasks <- c("passport", "waste", "parking", "permit")
sample$votes <- rowSums(sample[, tasks])

margin <- function(variable, column) {
  rows <- population[population$variable == variable, ]
  setNames(data.frame(rows$level, rows$count), c(column, "Freq"))
}
tight <- list(maxit = 1000, epsilon = 1e-13, verbose = FALSE)
raked <- function(design) {
  rake(design, list(~age, ~sex, ~district),
       list(margin("age", "age"), margin("sex", "sex"), margin("district", "district")), control = tight)
}
# rake() takes unweighted residuals for its standard errors, calibrate() weighs them with the design weights
calibrated <- function(design) {
  calibrate(design, list(~age, ~sex, ~district), calfun = "raking", epsilon = 1e-12, maxit = 200,
            population = list(margin("age", "age"), margin("sex", "sex"), margin("district", "district")))
}
stratified <- function(design) postStratify(design, ~age_sex, margin("age:sex", "age_sex"))

equal <- svydesign(ids = ~1, weights = ~I(rep(1, nrow(sample))), data = sample)
unequal <- svydesign(ids = ~1, weights = ~weight, data = sample)
designs <- list(unequal = unequal, rake = raked(equal), rake_unequal = raked(unequal),
                calibrate_unequal = calibrated(unequal),
                post = stratified(equal), post_unequal = stratified(unequal))
cap <- 1.6 * mean(weights(designs$rake_unequal))
designs$trim_strict <- trimWeights(designs$rake_unequal, upper = cap, strict = TRUE)

values <- data.frame()
add <- function(design, statistic, task, value, se) {
  values <<- rbind(values, data.frame(design = design, statistic = statistic, task = task, value = as.numeric(value), se = as.numeric(se)))
}
for (name in c("unequal", "rake", "rake_unequal", "calibrate_unequal", "post", "post_unequal")) {
  design <- designs[[name]]
  for (task in tasks) {
    reach <- svymean(as.formula(paste0("~", task)), design)
    add(name, "reach", task, coef(reach), SE(reach))
    share <- svyratio(as.formula(paste0("~", task)), ~votes, design)
    add(name, "share", task, coef(share), SE(share))
  }
}
values$value <- format(values$value, digits = 15, trim = TRUE)
values$se <- format(values$se, digits = 15, trim = TRUE)
write.csv(values, "values.csv", row.names = FALSE, quote = FALSE)
table <- data.frame(respondent = sample$respondent, sapply(designs, weights))
table <- as.data.frame(lapply(table, format, digits = 15, trim = TRUE))
write.csv(table, "weights.csv", row.names = FALSE, quote = FALSE)
cat(R.version.string, "survey", as.character(packageVersion("survey")), "\n")
