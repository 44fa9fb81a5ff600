# Survey estimates side by side with R `survey`: the same made-up data, every cell compared, both timed.
#
#     Rscript benches/peers/survey.R
#
# 15 000 respondents in 130 strata, 40 questions, 14 areas, 7 groups, 2 waves: 7840 cells. Estimates and errors of all of them, and
# limits (xlogit and beta) of 2058 each; prints the largest relative deviation of each column and ends with an error when one is above
# 1e-8. Needs R `survey`, and cargo for our side (crates/stats/examples/survey_cells.rs). Some minutes, nearly all of them R's.
suppressMessages(library(survey))
options(digits.secs = 3)
set.seed(20231015)
questions <- paste0("q", 1:40); waves <- c(2023, 2020)
strata <- data.frame(stratum = 1:130, area = rep(1:14, length.out = 130), population = sample(1500:9000, 130))
made <- do.call(rbind, lapply(waves, function(wave) {
  n <- rmultinom(1, 15000 - 260, strata$population)[, 1] + 2
  d <- strata[rep(1:130, n), ]
  d$weight <- d$population / rep(n, n) * exp(rnorm(nrow(d), 0, 0.4))
  d$group <- sample(1:7, nrow(d), TRUE, c(.3, .2, .15, .1, .1, .1, .05))
  d <- cbind(wave = wave, d[c("stratum", "area", "group", "weight", "population")])
  for (i in seq_along(questions)) {
    p <- plogis(-2.5 + i / 12 + 0.2 * sin(d$area + i) + 0.15 * d$group)
    d[[questions[i]]] <- ifelse(runif(nrow(d)) < 0.04, NA, as.numeric(runif(nrow(d)) < p))
  }
  d[sample(nrow(d)), ]
}))
data <- tempfile(fileext = ".csv"); cells <- tempfile(fileext = ".csv")
out <- made; out$weight <- sprintf("%.17g", out$weight)
write.table(out, data, sep = ";", row.names = FALSE, na = "", quote = FALSE)
for (threads in 1:2) {
  cat("ours,", threads, "thread(s)\n")
  status <- system(paste0("RAYON_NUM_THREADS=", threads, " cargo run --quiet --release -p lagesbild-stats --example survey_cells -- ", data, " ", cells))
  stopifnot(status == 0)
}
ours <- read.csv(cells, sep = ";")
key <- function(d, q, wave) paste(q, paste0("a", d$area), paste0("g", d$group), wave)
ours$key <- paste(ours$question, ours$area, ours$group, ours$wave)

designs <- lapply(waves, function(w) svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~population, data = made[made$wave == w, ]))
names(designs) <- waves
worst <- c(); compared <- 0
hold <- function(name, ours, r) {
  off <- abs(ours - r) / pmax(abs(r), 1e-300)
  off[ours == r] <- 0
  if (any(is.na(off))) stop(sum(is.na(off)), " cells without a number in ", name)
  worst[name] <<- max(worst[name], off, na.rm = TRUE); compared <<- compared + length(off)
}
time <- system.time(for (w in names(designs)) for (q in questions) {
  r <- svyby(as.formula(paste0("~", q)), ~area + group, designs[[w]], svymean, na.rm = TRUE)
  assign(paste(q, w), r)
})
n <- 0
for (w in names(designs)) for (q in questions) {
  r <- get(paste(q, w)); n <- n + nrow(r)
  mine <- ours[ours$method == "xlogit", ]; mine <- mine[match(key(r, q, w), mine$key), ]
  # An error of 0 has no relative deviation: nobody, or everybody, said yes.
  inside <- r[[q]] > 0 & r[[q]] < 1
  hold("estimate", mine$value / 100, r[[q]]); hold("standard error", (mine$se / 100)[inside], r$se[inside])
}
limits <- 0
for (method in c("xlogit", "beta")) for (q in questions[1:21]) {
  d <- subset(designs[["2023"]], !is.na(designs[["2023"]]$variables[[q]]))
  r <- suppressWarnings(svyby(as.formula(paste0("~", q)), ~area + group, d, svyciprop, vartype = "ci", method = method))
  mine <- ours[ours$method == method, ]; mine <- mine[match(key(r, q, 2023), mine$key), ]
  inside <- r[[q]] > 0 & r[[q]] < 1
  hold(paste(method, "lower"), (mine$lower / 100)[inside], r$ci_l[inside])
  hold(paste(method, "upper"), (mine$upper / 100)[inside], r$ci_u[inside])
  limits <- limits + nrow(r)
}
cat(R.version.string, ", survey ", as.character(packageVersion("survey")), "\n", sep = "")
cat("R svyby, estimates and errors of ", n, " cells: ", format(time[["elapsed"]], digits = 4), " s, of them ", format(time[["user.self"]], digits = 4), " s of a processor\n", sep = "")
cat(n, "cells with estimate and error,", limits, "with limits,", compared, "numbers; largest relative deviation:\n")
print(signif(worst, 2))
if (max(worst) > 1e-8) { cat("more than 1e-8\n"); quit(status = 1) }
