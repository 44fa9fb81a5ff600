# Survey estimates: `Rscript survey.R methods` (R 4.2.2, survey 4.1-1). Data are made up: survey_area.csv is a sample stratified by
# area, survey_school.csv pupils clustered in schools.
source("cases.R")
suppressMessages(library(survey))
area <- read.csv("survey_area.csv")
school <- read.csv("survey_school.csv")
school$class <- ave(seq_along(school$school), school$school, FUN = seq_along) %% 2
school$classes <- 4 + school$school %% 3
school$hours <- round(3 + 7 * sin(seq_along(school$school)) ^ 2, 1)

json <- function(x) {
  one <- function(v) if (is.na(v)) "null" else if (is.logical(v)) tolower(as.character(v)) else if (is.character(v)) paste0('"', v, '"') else sprintf("%.17g", v)
  paste0("[", paste(vapply(seq_along(x), function(i) one(x[i]), ""), collapse = ","), "]")
}
object <- function(...) {
  parts <- list(...)
  parts <- parts[!vapply(parts, is.null, TRUE)]
  paste0("{", paste0('"', names(parts), '":', unlist(parts), collapse = ","), "}")
}
text <- function(x) paste0('"', x, '"')
area_design <- function(fpc = TRUE, d = area) object(stratum = json(d$area), weight = json(d$w), population = if (fpc) paste0("[", json(d$N), "]"))
school_design <- function(d = school, fpc = TRUE, ...) object(stratum = json(d$stratum), clusters = paste0("[", json(d$school), "]"), weight = json(d$w), population = if (fpc) paste0("[", json(d$Nsch), "]"), ...)
two_stage <- object(stratum = json(school$stratum), clusters = paste0("[", json(school$school), ",", json(school$class), "]"), population = paste0("[", json(school$Nsch), ",", json(school$classes), "]"))
R1 <- svydesign(~1, strata = ~area, weights = ~w, fpc = ~N, data = area)
R0 <- svydesign(~1, strata = ~area, weights = ~w, data = area)
R2 <- svydesign(~school, strata = ~stratum, weights = ~w, fpc = ~Nsch, data = school, nest = TRUE)
R2w <- svydesign(~school, strata = ~stratum, weights = ~w, data = school, nest = TRUE)
R22 <- svydesign(~school + class, strata = ~stratum, fpc = ~Nsch + classes, data = school, nest = TRUE)

# What every estimate tells. Deff of R without replacement is `deff = TRUE`.
told <- function(case, input, m, repl, d, n, tolerance = "1e-10") {
  row(case, input, "/n", n, "0")
  row(case, input, "/value", unname(coef(m))[1], tolerance)
  row(case, input, "/standard_error", unname(SE(m))[1], tolerance)
  row(case, input, "/degrees_of_freedom", degf(d), "0")
  row(case, input, "/design_effect", unname(deff(repl))[1], tolerance)
  row(case, input, "/design_effect_without_replacement", unname(deff(m))[1], tolerance)
}

begin("survey-proportion", "R 4.2.2, survey 4.1-1: svymean, svyciprop, degf; 1e-10 (logit 1e-8: R stops its iteration there); likelihood: the",
  "# equation solved by uniroot, 1e-10, and R's own limits, which it draws from a spline, 1e-3; wilson: the definition of survey 4.5; 0 and 100 per cent: 1 - 0.025^(1/n)")
shares <- list(logit = "logit", likelihood = "likelihood", beta = "beta", xlogit = "xlogit", arcsine = "asin", mean = "mean")
share <- function(case, design, d, y, domain = NULL, all = TRUE) {
  sub <- if (is.null(domain)) d else subset(d, domain)
  sub$variables$y <- y[if (is.null(domain)) TRUE else domain]
  answered <- !is.na(sub$variables$y)
  sub <- subset(sub, answered)
  m <- svymean(~y, sub, deff = TRUE); repl <- svymean(~y, sub, deff = "replace")
  for (method in if (all) names(shares) else "logit") {
    input <- object(design = design, answers = json(y), domain = if (!is.null(domain)) json(domain), method = text(method))
    if (method == "logit") told(case, input, m, repl, sub, nrow(sub))
    if (method == "logit") row(case, input, "/effective_n", coef(m)[[1]] * (1 - coef(m)[[1]]) / vcov(m)[1])
    ci <- attr(svyciprop(~y, sub, method = shares[[method]]), "ci")
    tolerance <- switch(method, logit = "1e-8", "1e-10")
    if (method == "likelihood") {
      row(case, input, "/interval/lower", ci[[1]], "1e-3"); row(case, input, "/interval/upper", ci[[2]], "1e-3")
      # The same equation, solved: R takes 30 points of a spline through the profile and draws lines between them.
      # Variance of the coefficient by that of the model, and its dispersion, at convergence: svyglm's own are a step behind.
      p <- coef(m)[[1]]; reach <- qt(.975, degf(sub))^2 * vcov(m)[1] * nrow(sub) / (p * (1 - p)) * nrow(sub) / (nrow(sub) - 1)
      w <- weights(sub) / mean(weights(sub)); y1 <- sub$variables$y
      dev <- function(b) sum(w * -2 * dbinom(y1, 1, plogis(b), log = TRUE))
      f <- function(b) dev(b) - dev(qlogis(p)) - reach
      ci <- plogis(c(uniroot(f, qlogis(p) - c(30, 0), tol = 1e-15)$root, uniroot(f, qlogis(p) + c(0, 30), tol = 1e-15)$root))
    }
    row(case, input, "/interval/lower", max(0, ci[[1]]), tolerance)
    row(case, input, "/interval/upper", min(1, ci[[2]]), tolerance)
  }
  p <- coef(m)[[1]]; ne <- p * (1 - p) / vcov(m)[1]; t <- qt(.975, degf(sub))
  input <- object(design = design, answers = json(y), domain = if (!is.null(domain)) json(domain), method = text("wilson"))
  row(case, input, "/interval/lower", (p + t^2/(2*ne) - t/(2*ne) * sqrt(4*ne*p*(1-p) + t^2)) / (1 + t^2/ne))
  row(case, input, "/interval/upper", (p + t^2/(2*ne) + t/(2*ne) * sqrt(4*ne*p*(1-p) + t^2)) / (1 + t^2/ne))
}
share("E01-E03-E04", area_design(), R1, area$unsafe)
share("E02", area_design(FALSE), R0, area$unsafe, all = FALSE)
share("E07-f", area_design(), R1, area$unsafe, area$sex == "f")
share("E07-m", area_design(), R1, area$unsafe, area$sex == "m")
share("E10-domain", area_design(), R1, area$unsafe, area$area == "Fridhemsplan")
some <- ifelse(seq_len(36) %% 7 == 0, NA, area$unsafe)
share("no-answers", area_design(), R1, some, area$sex == "f")
share("E19", school_design(), R2, school$theft)
share("E19-with-replacement", school_design(fpc = FALSE), R2w, school$theft)
share("two-stages", two_stage, R22, school$theft)
share("two-stages-girls", two_stage, R22, school$theft, school$girl == 1)
alone <- school[!(school$stratum == "kommunal" & school$school != 1), ]
for (rule in c("remove", "certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  d <- svydesign(~school, strata = ~stratum, weights = ~w, data = alone, nest = TRUE)
  input <- object(design = school_design(alone, FALSE, lonely = text(rule)), answers = json(alone$theft))
  row(paste0("E22-", rule), input, "/standard_error", SE(svymean(~theft, d))[[1]])
  options(survey.adjust.domain.lonely = TRUE)
  # One school of each stratum has somebody in the domain of those asked first.
  domain <- school$school %in% c(1, 5, 6)
  d <- subset(svydesign(~school, strata = ~stratum, weights = ~w, data = school, nest = TRUE), domain)
  input <- object(design = school_design(fpc = FALSE, lonely = text(rule), lonely_in_domain = "true"), answers = json(school$theft), domain = json(domain))
  row(paste0("lonely-in-domain-", rule), input, "/standard_error", quiet(SE(svymean(~theft, d)))[[1]])
  options(survey.adjust.domain.lonely = FALSE)
}
options(survey.lonely.psu = "fail")
row("E22-fail", object(design = school_design(alone, FALSE), answers = json(alone$theft)), "", text("survey design: stratum kommunal has only one unit at stage 1: merge it with another or choose a rule in `lonely`"), "0")
none <- rep(0, 36)
for (case in list(list("E23-E27", NULL, 36, 1), list("E27-domain", area$area == "Fridhemsplan", 14, 1), list("E27-deff", NULL, 36, 1.5))) {
  input <- object(design = area_design(), answers = json(none), domain = if (!is.null(case[[2]])) json(case[[2]]), assumed_design_effect = number(case[[4]]))
  row(case[[1]], input, "/value", 0, "0"); row(case[[1]], input, "/standard_error", 0, "0")
  row(case[[1]], input, "/interval/lower", 0, "0")
  row(case[[1]], input, "/interval/upper", 1 - .025 ^ (case[[4]] / case[[3]]), "1e-14")
  row(case[[1]], input, "/effective_n", NA)
}
input <- object(design = area_design(), answers = json(none + 1))
row("all-yes", input, "/interval/lower", .025 ^ (1 / 36), "1e-14"); row("all-yes", input, "/interval/upper", 1, "0")
one <- school$school == 1
input <- object(design = school_design(), answers = json(school$theft), domain = json(one))
row("one-school", input, "/degrees_of_freedom", 0, "0"); row("one-school", input, "/interval", NA)
row("one-school", input, "/reason", text("as many strata as units: nothing tells how units vary within strata"), "0")
row("one-school", input, "/standard_error", SE(svymean(~theft, subset(R2, one)))[[1]])

begin("survey-mean", "R 4.2.2, survey 4.1-1: svymean, vcov, confint with df = degf; 1e-10")
means <- function(case, design, d, formula, columns) {
  input <- object(design = design, variables = paste0("[", paste(vapply(columns, json, ""), collapse = ","), "]"))
  m <- svymean(formula, d, deff = TRUE); repl <- svymean(formula, d, deff = "replace"); ci <- confint(m, df = degf(d))
  for (i in seq_along(columns)) {
    at <- paste0("/estimates/", i - 1)
    row(case, input, paste0(at, "/value"), coef(m)[[i]]); row(case, input, paste0(at, "/standard_error"), SE(m)[[i]])
    row(case, input, paste0(at, "/design_effect_without_replacement"), deff(m)[[i]]); row(case, input, paste0(at, "/design_effect"), deff(repl)[[i]])
    row(case, input, paste0(at, "/interval/lower"), ci[i, 1]); row(case, input, paste0(at, "/interval/upper"), ci[i, 2])
    for (j in seq_along(columns)) row(case, input, paste0("/covariance/", i - 1, "/", j - 1), vcov(m)[i, j])
  }
}
means("E01", area_design(), R1, ~unsafe + score, list(area$unsafe, area$score))
means("E02", area_design(FALSE), R0, ~unsafe + score, list(area$unsafe, area$score))
means("E19", school_design(), R2, ~theft + hours, list(school$theft, school$hours))
means("two-stages", two_stage, R22, ~theft + hours + girl, list(school$theft, school$hours, school$girl))

begin("survey-total", "R 4.2.2, survey 4.1-1: svytotal, confint with df = degf; 1e-10")
total <- function(case, design, d, y, domain = NULL) {
  sub <- if (is.null(domain)) d else subset(d, domain)
  sub$variables$y <- y[if (is.null(domain)) TRUE else domain]
  m <- svytotal(~y, sub, deff = TRUE); repl <- svytotal(~y, sub, deff = "replace"); ci <- confint(m, df = degf(sub))
  input <- object(design = design, answers = json(y), domain = if (!is.null(domain)) json(domain))
  told(case, input, m, repl, sub, nrow(sub))
  row(case, input, "/interval/lower", ci[1]); row(case, input, "/interval/upper", ci[2])
}
total("area", area_design(), R1, area$unsafe)
total("area-women", area_design(), R1, area$score, area$sex == "f")
total("school", school_design(), R2, school$hours)
total("two-stages", two_stage, R22, school$hours)
total("two-stages-girls", two_stage, R22, school$theft, school$girl == 1)

begin("survey-ratio", "R 4.2.2, survey 4.1-1: svyratio, confint with df = degf; 1e-10")
ratio <- function(case, design, d, y, x, domain = NULL) {
  d$variables$y <- y; d$variables$x <- x
  sub <- if (is.null(domain)) d else subset(d, domain)
  m <- svyratio(~y, ~x, sub); ci <- confint(m, df = degf(sub))
  input <- object(design = design, numerator = json(y), denominator = json(x), domain = if (!is.null(domain)) json(domain))
  row(case, input, "/value", coef(m)[[1]]); row(case, input, "/standard_error", SE(m)[[1]])
  row(case, input, "/interval/lower", ci[1]); row(case, input, "/interval/upper", ci[2])
}
ratio("area", area_design(), R1, area$unsafe, area$score)
ratio("area-women", area_design(), R1, area$unsafe, area$score, area$sex == "f")
ratio("school", school_design(), R2, school$theft, school$hours)
ratio("two-stages", two_stage, R22, school$theft, school$hours)

begin("survey-quantile", "R 4.2.2, survey 4.1-1: svyquantile(qrule = \"math\"), interval.type as the method; values are answers and so equal; errors 1e-10")
for (p in c(0.25, 0.5, 0.9)) for (method in c("xlogit", "mean", "beta", "arcsine")) {
  type <- if (method == "arcsine") "asin" else method
  for (case in list(list("area", area_design(), R1, "score", area$score), list("school", school_design(), R2, "hours", school$hours))) {
    q <- svyquantile(as.formula(paste0("~", case[[4]])), case[[3]], p, interval.type = type)[[1]]
    if (any(is.nan(q)) || (p == 0.9 && method == "arcsine")) next  # above 100 per cent R's arcsine folds back
    input <- object(design = case[[2]], answers = json(case[[5]]), p = number(p), method = text(method))
    name <- paste(case[[1]], p, method, sep = "-")
    row(name, input, "/value", q[1], "1e-15")
    if (q[2] < q[3]) { row(name, input, "/interval/lower", q[2], "1e-15"); row(name, input, "/interval/upper", q[3], "1e-15"); row(name, input, "/standard_error", q[4]) }
  }
}
