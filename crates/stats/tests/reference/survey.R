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

begin("survey-difference", "R 4.2.2, survey 4.1-1: svyby(covmat = TRUE), svycontrast, svyttest; 1e-10")
both <- function(case, design, d, y, inside, tolerance = "1e-10", against = NULL) {
  input <- object(design = design, answers = json(y), domain = json(inside), against = if (!is.null(against)) json(against))
  d$variables$y <- y; d$variables$inside <- factor(ifelse(inside, "a", if (is.null(against)) "b" else ifelse(against, "b", "c")))
  b <- svyby(~y, ~inside, d, svymean, covmat = TRUE); k <- svycontrast(b, if (is.null(against)) c(a = 1, b = -1) else c(a = 1, b = -1, c = 0))
  sub <- subset(d, inside %in% c("a", "b"))
  t <- svyttest(y ~ I(as.numeric(inside == "a")), sub)
  row(case, input, "/domain/value", coef(b)[["a"]]); row(case, input, "/against/value", coef(b)[["b"]])
  row(case, input, "/domain/standard_error", SE(b)[1]); row(case, input, "/against/standard_error", SE(b)[2])
  row(case, input, "/covariance", vcov(b)[1, 2], "1e-8"); row(case, input, "/difference", coef(k)[[1]]); row(case, input, "/standard_error", SE(k)[[1]])
  row(case, input, "/test/statistic", t$statistic[[1]]); row(case, input, "/test/df", t$parameter[[1]], "0"); row(case, input, "/test/p_value", t$p.value[[1]], "1e-9")
  ci <- t$estimate[[1]] + c(-1, 1) * qt(.975, t$parameter[[1]]) * SE(k)[[1]]
  row(case, input, "/interval/lower", ci[1], tolerance); row(case, input, "/interval/upper", ci[2], tolerance)
}
both("E07-E08-E09", area_design(), R1, area$unsafe, area$sex == "m")
both("E09-score", area_design(), R1, area$score, area$sex == "m")
both("E10", area_design(), R1, area$unsafe, area$area == "Fridhemsplan")
both("E19", school_design(), R2, school$theft, school$girl == 1)
both("two-stages", two_stage, R22, school$hours, school$girl == 1)
both("two-areas", area_design(), R1, area$unsafe, area$area == "Fridhemsplan", against = area$area == "Marieberg")

begin("survey-change", "R 4.2.2, survey 4.1-1: svyttest of both rounds below each other, strata by round; 1e-10")
change <- function(case, now, before, y) {
  input <- object(now = object(design = area_design(d = now), answers = json(now[[y]])), before = object(design = area_design(d = before), answers = json(before[[y]])))
  all <- rbind(cbind(now, round = 1), cbind(before, round = 0)); all$y <- all[[y]]
  d <- svydesign(~1, strata = ~interaction(area, round), weights = ~w, fpc = ~N, data = all)
  t <- svyttest(y ~ round, d)
  se <- t$estimate[[1]] / t$statistic[[1]]
  row(case, input, "/difference", t$estimate[[1]]); row(case, input, "/standard_error", se)
  row(case, input, "/test/statistic", t$statistic[[1]]); row(case, input, "/test/df", t$parameter[[1]], "0"); row(case, input, "/test/p_value", t$p.value[[1]], "1e-9")
}
later <- transform(area[-c(3, 9, 20), ], unsafe = as.numeric(seq_len(33) %% 3 == 0), score = score + 0.2 * (seq_len(33) %% 2))
change("share", later, area, "unsafe")
change("score", later, area, "score")

begin("survey-table", "R 4.2.2, survey 4.1-1: svychisq; 1e-9 (matrix inverses)")
tests <- function(case, design, d, rows, columns) {
  input <- object(design = design, rows = json(as.character(rows)), columns = json(as.character(columns)))
  d$variables$r <- rows; d$variables$c <- columns
  f <- svychisq(~r + c, d, statistic = "F"); x <- svychisq(~r + c, d, statistic = "Chisq")
  w <- svychisq(~r + c, d, statistic = "Wald"); a <- svychisq(~r + c, d, statistic = "adjWald")
  for (one in list(list("f", f), list("wald", w), list("adjusted_wald", a))) {
    at <- paste0("/", one[[1]])
    row(case, input, paste0(at, "/statistic"), one[[2]]$statistic[[1]], "1e-9"); row(case, input, paste0(at, "/df"), one[[2]]$parameter[[1]], "1e-9")
    row(case, input, paste0(at, "/denominator_df"), one[[2]]$parameter[[2]], "1e-9"); row(case, input, paste0(at, "/p_value"), one[[2]]$p.value[[1]], "1e-9")
  }
  row(case, input, "/chisq/statistic", x$statistic[[1]], "1e-9"); row(case, input, "/chisq/df", x$parameter[[1]], "0"); row(case, input, "/chisq/p_value", x$p.value[[1]], "1e-9")
  # R repeats a weight a whole number of times and stops its root search at 1e-8.
  if (f$parameter[[2]] %% 1 == 0) row(case, input, "/saddlepoint/p_value", svychisq(~r + c, d, statistic = "saddlepoint")$p.value[[1]], "1e-5")
}
tests("E11", area_design(), R1, area$sex, area$unsafe)
tests("area-by-unsafe", area_design(FALSE), R0, area$area, area$unsafe)
tests("three-by-three", area_design(), R1, c("a", "b", "c")[1 + seq_len(36) %% 3], cut(area$score, c(0, 3.4, 4.2, 6), labels = c("low", "middle", "high")))
tests("E19", school_design(), R2, school$girl, school$theft)
tests("two-stages", two_stage, R22, school$girl, school$theft)

begin("survey-model", "R 4.2.2, survey 4.1-1: svyglm(quasibinomial or gaussian), control epsilon 1e-14; 1e-8 (the weights of its last step are those before it)")
tight <- glm.control(epsilon = 1e-15, maxit = 200)
model <- function(case, design, d, y, x, family) {
  variables <- paste0("[", paste(vapply(names(x), function(n) object(name = text(n), values = json(x[[n]])), ""), collapse = ","), "]")
  input <- object(design = design, answers = json(y), variables = variables, family = text(family))
  d$variables$y <- y; for (n in names(x)) d$variables[[n]] <- x[[n]]
  g <- svyglm(as.formula(paste("y ~", paste(names(x), collapse = "+"))), d, family = if (family == "logistic") quasibinomial() else gaussian(), control = tight)
  from_here <<- coef(g)
  g <- svyglm(formula(g), d, family = family(g), control = tight, start = from_here) # its errors are those before the last step
  s <- summary(g)$coef
  for (i in seq_len(nrow(s))) for (field in list(list("value", 1), list("standard_error", 2), list("statistic", 3), list("p_value", 4)))
    row(case, input, paste0("/coefficients/", i - 1, "/", field[[1]]), s[i, field[[2]]], "1e-8")
  row(case, input, "/degrees_of_freedom", g$df.residual, "0"); row(case, input, "/covariance/0/1", vcov(g)[1, 2], "1e-8")
}
model("E20", school_design(), R2, school$theft, list(girl = school$girl), "logistic")
model("two-variables", area_design(), R1, area$unsafe, list(woman = as.numeric(area$sex == "f"), fridhemsplan = as.numeric(area$area == "Fridhemsplan")), "logistic")
model("score", area_design(), R1, area$score, list(woman = as.numeric(area$sex == "f")), "linear")
model("hours", two_stage, R22, school$hours, list(girl = school$girl, theft = school$theft), "linear")
row("separated", object(answers = json(c(0, 0, 0, 1, 0, 1)), variables = paste0("[", object(name = text("x"), values = json(c(0, 0, 0, 1, 1, 1))), "]")), "", text("survey-model is undefined: a group answered all alike, so its log-odds are not finite"), "0")

begin("survey-weights", "R 4.2.2: n sum(w^2) / sum(w)^2; cut weights are a definition: checked by their sum and limits, 1e-12")
input <- object(weights = json(area$w))
row("E17", input, "/design_effect", 36 * sum(area$w^2) / sum(area$w)^2); row("E17", input, "/effective_n", sum(area$w)^2 / sum(area$w^2)); row("E17", input, "/sum", sum(area$w)); row("E17", input, "/range/0", 45)
input <- object(weights = json(area$w), largest = 80)
cut <- with(area, { f <- uniroot(function(f) sum(pmin(w * f, 80)) - sum(w), c(0.5, 3), tol = 1e-15)$root; pmin(w * f, 80) })
row("largest-80", input, "/cut/0", cut[1]); row("largest-80", input, "/cut/29", cut[30]); row("largest-80", input, "/design_effect_after", 36 * sum(cut^2) / sum(cut)^2)

known <- function(x, total) object(values = json(x), total = number(total))
margin <- function(groups, totals) object(groups = json(groups), totals = paste0("[", paste(vapply(names(totals), function(n) object(group = text(n), total = number(totals[[n]])), ""), collapse = ","), "]"))
sexes <- margin(area$sex, c(f = 1200, m = 1219)); areas <- margin(area$area, c(Fridhemsplan = 1000, Kristineberg = 700, Marieberg = 719))
ones <- paste0("[", paste(known(rep(1, 36), 2419), known(area$area == "Kristineberg", 700), known(area$area == "Marieberg", 719), known(area$sex == "m", 1219), sep = ","), "]")
ones <- gsub("true", "1", gsub("false", "0", ones))
population <- c(`(Intercept)` = 2419, areaKristineberg = 700, areaMarieberg = 719, sexm = 1219)
P <- postStratify(R1, ~sex, data.frame(sex = c("f", "m"), Freq = c(1200, 1219)))
K <- rake(R1, list(~area, ~sex), list(data.frame(area = c("Fridhemsplan", "Kristineberg", "Marieberg"), Freq = c(1000, 700, 719)), data.frame(sex = c("f", "m"), Freq = c(1200, 1219))), control = list(maxit = 500, epsilon = 1e-15, verbose = FALSE))
fits <- list(
  list("survey-post-stratify", "E13", P, object(margin = sexes), "post-stratify", sexes),
  list("survey-rake", "E14", K, object(margins = paste0("[", areas, ",", sexes, "]")), "rake", object(margins = paste0("[", areas, ",", sexes, "]"))))
for (how in list(list("linear", "linear", NULL), list("raking", "raking", NULL), list("E16-logit", "logit", c(.7, 1.4)), list("bounded", "linear", c(.7, 1.4)))) {
  bounds <- if (is.null(how[[3]])) c(-Inf, Inf) else how[[3]]
  d <- calibrate(R1, ~area + sex, population, calfun = how[[2]], bounds = bounds, epsilon = 1e-14, maxit = 500)
  body <- object(variables = ones, distance = text(how[[2]]), bounds = if (!is.null(how[[3]])) json(how[[3]]))
  fits <- c(fits, list(list("survey-calibrate", how[[1]], d, body, "calibrate", body)))
}
unbrace <- function(x) substr(x, 2, nchar(x) - 1)
for (method in c("survey-post-stratify", "survey-rake", "survey-calibrate")) {
  begin(method, paste("R 4.2.2, survey 4.1-1:", switch(method, `survey-post-stratify` = "postStratify; 1e-10", `survey-rake` = "rake, epsilon 1e-15; 1e-10", "calibrate, epsilon 1e-14; 1e-9")))
  for (one in fits) if (one[[1]] == method) {
    input <- paste0("{\"design\":", area_design(), ",", unbrace(one[[4]]), "}")
    w <- weights(one[[3]])
    for (i in c(1, 2, 36)) row(one[[2]], input, paste0("/weights/", i - 1), w[[i]], "1e-9")
    row(one[[2]], input, "/sum", sum(w)); row(one[[2]], input, "/factors/0", min(w / area$w), "1e-9"); row(one[[2]], input, "/factors/1", max(w / area$w), "1e-9")
  }
}
open_file <- file.path(folder, "survey-mean.csv")
for (one in fits) {
  design <- object(stratum = json(area$area), weight = json(area$w), population = paste0("[", json(area$N), "]"), fit = paste0("[{\"kind\":", text(one[[5]]), ",", unbrace(one[[6]]), "}]"))
  for (women in c(FALSE, TRUE)) {
    d <- if (women) subset(one[[3]], sex == "f") else one[[3]]
    input <- object(design = design, variables = paste0("[", json(area$unsafe), ",", json(area$score), "]"), domain = if (women) json(area$sex == "f"))
    m <- svymean(~unsafe + score, d); case <- paste0(one[[2]], if (women) "-women")
    row(case, input, "/estimates/0/value", coef(m)[[1]], "1e-9"); row(case, input, "/estimates/0/standard_error", SE(m)[[1]], "1e-9")
    row(case, input, "/estimates/1/value", coef(m)[[2]], "1e-9"); row(case, input, "/covariance/0/1", vcov(m)[1, 2], "1e-8")
  }
}

begin("survey-replicates", "R 4.2.2, survey 4.1-1: as.svrepdesign, svrepdesign, svymean, svytotal, svyratio; degf; 1e-10")
pairs <- area[c(1, 2, 15, 16, 27, 28, 5, 6), ]; pairs$stratum <- rep(c("s1", "s2", "s3", "s4"), each = 2)
D0 <- svydesign(~1, strata = ~stratum, weights = ~w, data = pairs)
set.seed(2023)
replicated <- function(case, design, d, r, kind, given, y, x = NULL, domain = NULL, total = FALSE, scales = NULL, around_mean = TRUE) {
  r$variables$y <- y; r$variables$x <- if (is.null(x)) 1 else x
  s <- if (is.null(domain)) r else subset(r, domain)
  m <- if (!is.null(x)) svyratio(~y, ~x, s) else if (total) svytotal(~y, s) else svymean(~y, s)
  w <- weights(r, "analysis")
  replicates <- if (given) paste0("[", paste(apply(w, 2, json), collapse = ","), "]")
  input <- object(design = design, answers = json(y), denominator = if (!is.null(x)) json(x), domain = if (!is.null(domain)) json(domain),
    replication = kind, replicates = replicates, scales = if (!is.null(scales)) json(scales), statistic = if (total) text("total"), around_mean = if (around_mean) "true")
  row(case, input, "/value", coef(m)[[1]]); row(case, input, "/standard_error", SE(m)[[1]]); row(case, input, "/replicates", ncol(w), "0")
  if (is.null(domain)) row(case, input, "/degrees_of_freedom", degf(r), "0")
}
kind <- function(k, ...) object(kind = text(k), ...)
plain <- object(weight = json(area$w))
J1 <- as.svrepdesign(svydesign(~1, weights = ~w, data = area), type = "JK1")
replicated("jk1", plain, NULL, J1, kind("jk1"), FALSE, area$unsafe)
replicated("jk1-given", plain, NULL, J1, kind("jk1"), TRUE, area$unsafe)
JN <- as.svrepdesign(R0, type = "JKn"); JNf <- as.svrepdesign(R1, type = "JKn")
# Deviations of a stratified jackknife: from the mean of all replicates, as R takes them.
replicated("jkn", area_design(FALSE), NULL, JN, kind("jkn"), FALSE, area$score)
replicated("jkn-fpc", area_design(), NULL, JNf, kind("jkn"), FALSE, area$unsafe)
replicated("jkn-women", area_design(FALSE), NULL, JN, kind("jkn"), FALSE, area$unsafe, domain = area$sex == "f")
replicated("jkn-ratio", area_design(FALSE), NULL, JN, kind("jkn"), FALSE, area$unsafe, x = area$score)
replicated("jkn-total", area_design(FALSE), NULL, JN, kind("jkn"), FALSE, area$unsafe, total = TRUE)
replicated("jkn-given", area_design(FALSE), NULL, JN, kind("jkn"), TRUE, area$unsafe, scales = JN$scale * JN$rscales)
JS <- as.svrepdesign(R2w, type = "JKn")
replicated("jkn-schools", school_design(fpc = FALSE), NULL, JS, kind("jkn"), FALSE, school$theft)
JM <- as.svrepdesign(R0, type = "JKn", mse = TRUE)
replicated("jkn-mse", area_design(FALSE), NULL, JM, kind("jkn"), FALSE, area$score, around_mean = FALSE)
B <- as.svrepdesign(D0, type = "BRR"); Fy <- as.svrepdesign(D0, type = "Fay", fay.rho = 0.3)
pair <- object(weight = json(pairs$w))
replicated("brr", pair, NULL, B, kind("brr"), TRUE, pairs$score)
replicated("fay", pair, NULL, Fy, kind("fay", rho = 0.3), TRUE, pairs$score)
Bo <- as.svrepdesign(R2w, type = "subbootstrap", replicates = 40)
replicated("bootstrap", object(weight = json(school$w)), NULL, Bo, kind("bootstrap"), TRUE, school$theft)
