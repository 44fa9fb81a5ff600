# Reference cases of surveillance: Rscript surveillance.R <folder of the CSV files> (needs surveillance)
source("cases.R")
suppressMessages(library(surveillance))
# The package's own function with glm's stopping rule at 1e-14 instead of 1e-8 of the deviance, which
# is too coarse for the residuals that become weights.
tight <- algo.farrington.fitGLM
body(tight) <- parse(text = gsub('family = quasipoisson(link = "log")', 'family = quasipoisson(link = "log"), control = list(epsilon = 1e-14, maxit = 100)',
  paste(deparse(body(tight)), collapse = "\n"), fixed = TRUE))[[1]]
assignInNamespace("algo.farrington.fitGLM", tight, "surveillance")
list_of <- function(x) paste(x, collapse = ",")

begin("farrington", "R 4.2.2, surveillance 1.20.3: algo.farrington(powertrans = '2/3', alpha), upperbound, alarm, trend;",
  "expected value and dispersion: algo.farrington.fitGLM with predict; its glm made to stop at 1e-14; 1e-7")
watch <- function(case, x, period, years, window, alpha = 0.05) {
  input <- sprintf('{"counts":[%s],"period":%d,"years":%d,"window":%d,"alpha":%s}', list_of(x), period, years, window, alpha); k <- length(x)
  data <- quiet(create.disProg(week = 1:k, observed = x, state = rep(0, k), freq = period))
  r <- quiet(algo.farrington(data, list(range = k, b = years, w = window, alpha = alpha, fitFun = "algo.farrington.fitGLM")))
  row(case, input, "/trend", if (r$trend[1] == 1) "true" else "false", "0"); row(case, input, "/alarm", if (r$alarm[1] == 1) "true" else "false", "0")
  if (r$upperbound[1] > 0) row(case, input, "/upper", r$upperbound[1], "1e-7") else row(case, input, "/reason", '"events-below-minimum"', "0")
  row(case, input, "/p_value", 1 - r$control$pd[1, 1], "1e-7")
  at <- unlist(lapply(years:1, function(i) seq(k - period * i - window, k - period * i + window)))
  m <- quiet(tight(x[at], at, timeTrend = r$trend[1] == 1, reweight = TRUE))
  row(case, input, "/expected", unname(predict(m, data.frame(wtime = k), type = "response")), "1e-7"); row(case, input, "/dispersion", m$phi, "1e-7")
}
set.seed(7)
season <- function(k, level, growth = 0) rpois(k, level * (1 + 0.3 * sin(2 * pi * (1:k) / 52)) * exp(growth * (1:k)))
calm <- season(300, 20); watch("calm", calm, 52L, 5L, 3L)
burst <- calm; burst[300] <- 60; burst[c(90, 91, 142)] <- c(70, 55, 66); watch("burst-after-bursts", burst, 52L, 5L, 3L)
watch("rising", season(320, 15, 0.004), 52L, 5L, 3L, 0.01); watch("rare", rpois(280, 0.6), 52L, 5L, 3L); watch("months", rpois(63, 30), 12L, 5L, 1L)
row("short-history", '{"counts":[1,2,3,4,5,6],"period":52}', "", '"`counts` has 6 values, expected at least 264 (years times period, window and the current one)"', "0")
row("no-events", '{"counts":[0,0,0,0,0,0,0,3],"period":3,"years":2,"window":1}', "", '"farrington is undefined: the reference weeks have no events"', "0")

history <- c(9, 12, 10, 8, 11, 10, 13, 9, 10, 8); wide <- c(2, 19, 4, 22, 9, 1, 17, 6, 25, 3); x <- c(11, 9, 15, 17, 16, 18, 14, 17)
begin("cusum", "R 4.2.2: the recursion written as a loop; 1e-10")
for (h in list(list("calm", history, 1.5, 4), list("overdispersed", wide, 2, 1.5))) {
  input <- sprintf('{"history":[%s],"counts":[%s],"factor":%s,"threshold":%s}', list_of(h[[2]]), list_of(x), h[[3]], h[[4]]); m <- mean(h[[2]]); phi <- max(1, var(h[[2]]) / m)
  row(h[[1]], input, "/mean", m); row(h[[1]], input, "/dispersion", phi); s <- 0; alarms <- c()
  for (i in seq_along(x)) { s <- max(0, s + (x[i] * log(h[[3]]) - m * (h[[3]] - 1)) / phi); row(h[[1]], input, sprintf("/sums/%d", i - 1), s); if (s > h[[4]]) { alarms <- c(alarms, i - 1); s <- 0 } }
  for (i in seq_along(alarms)) row(h[[1]], input, sprintf("/alarms/%d/at", i - 1), alarms[i], "0")
}
row("short-history", '{"history":[1,2,3],"counts":[4]}', "", '"`history` has 3 values, expected at least 10 (the usual level is not known yet)"', "0")

begin("ewma", "R 4.2.2: the recursion written as a loop; 1e-10")
for (h in list(list("calm", history, 0.2, 3), list("overdispersed", wide, 0.4, 2.7))) {
  input <- sprintf('{"history":[%s],"counts":[%s],"weight":%s,"width":%s}', list_of(h[[2]]), list_of(x), h[[3]], h[[4]]); m <- mean(h[[2]]); phi <- max(1, var(h[[2]]) / m); w <- h[[3]]; level <- m
  for (i in seq_along(x)) {
    level <- w * x[i] + (1 - w) * level; half <- h[[4]] * sqrt(phi * m * w / (2 - w) * (1 - (1 - w)^(2 * i))); at <- sprintf("/points/%d/", i - 1)
    row(h[[1]], input, paste0(at, "level"), level); row(h[[1]], input, paste0(at, "upper"), m + half); row(h[[1]], input, paste0(at, "lower"), max(0, m - half)); row(h[[1]], input, paste0(at, "high"), if (level > m + half) "true" else "false", "0")
  }
}
row("no-events", '{"history":[0,0,0,0,0,0,0,0,0,0],"counts":[4]}', "", '"ewma is undefined: the history has no events"', "0")
