# One million exact comparisons of two counts in R, vectorised as well as can be: ratio, central p value and exact limits.
#
#     Rscript benches/peers/two_counts.R
#
# The counts are those of the bench `evaluate`, group "million": the k-th pair is 10 + (7919 k mod 991) and
# 10 + (104729 k mod 997), k from 0. poisson.test itself takes one pair at a time; its loop is measured beside.
size <- 1e6
k <- 0:(size - 1)
a <- 10 + (7919 * k) %% 991
b <- 10 + (104729 * k) %% 997

compare <- function(a, b) {
  n <- a + b
  p <- pmin(1, 2 * pmin(pbinom(b, n, 0.5), pbinom(b - 1, n, 0.5, lower.tail = FALSE)))
  lower <- qbeta(0.025, b, a + 1)
  upper <- qbeta(0.975, b + 1, a)
  list(ratio = b / a, p = p, lower = lower / (1 - lower), upper = upper / (1 - upper))
}

seconds <- sapply(1:3, function(i) system.time(result <<- compare(a, b))[["elapsed"]])
test <- function(i) poisson.test(c(b[i], a[i]))
one <- system.time(for (i in 1:2000) test(i))[["elapsed"]] / 2000
cat(R.version.string, "\n")
cat(sprintf("vectorised: %.2f s, the best of three (%s)\n", min(seconds), paste(sprintf("%.2f", seconds), collapse = ", ")))
cat(sprintf("poisson.test in a loop: %.0f s for a million, measured on 2000\n", one * size))
# The same check sums stand in the bench.
cat(sprintf("sums: p %.9f, lower %.9f, upper %.9f\n", sum(result$p), sum(result$lower), sum(result$upper)))
