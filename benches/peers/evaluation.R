# The full evaluation of the bench `peers` in R, vectorised as well as can be: 130 areas (and the other benchmarks), 10
# categories and their total, 60 months, 4 benchmarks; ratio, central p, exact limits, Benjamini-Hochberg per table, rates.
#
#     Rscript benches/peers/evaluation.R
areas <- 134; categories <- 10; months <- 60
i <- 0:(areas - 1); scale <- ifelse(i < 130, 1, 100)
count <- array(0, c(areas, categories + 1, months))
for (c in 0:(categories - 1)) for (m in 0:(months - 1)) count[, c + 2, m + 1] <- scale * (5 + (i * 7919 + c * 104729 + m * 1299) %% 97)
count[, 1, ] <- apply(count[, -1, ], c(1, 3), sum)
people <- scale * (5000 + i * 37)

evaluate <- function() {
  rate <- count / people * 1000; low <- qgamma(0.025, count) / people * 1000; high <- qgamma(0.975, count + 1) / people * 1000
  sums <- c(0, 0, 0)
  for (b in 131:134) {
    own <- setdiff(seq_len(areas), b); x <- count[own, , ]; y <- count[rep(b, length(own)), , ]; share <- people[own] / (people[own] + people[b])
    n <- x + y; p0 <- array(share, dim(x))
    p <- pmin(2 * pmin(pbinom(x, n, p0), pbinom(x - 1, n, p0, lower.tail = FALSE)), 1); dim(p) <- dim(x)
    lower <- qbeta(0.025, x, y + 1); upper <- qbeta(0.975, x + 1, y)
    ratio <- (x / people[own]) / (y / people[b]); lower <- lower / (1 - lower) * people[b] / people[own]; upper <- upper / (1 - upper) * people[b] / people[own]
    q <- p; q[, -1, ] <- aperm(apply(p[, -1, ], c(1, 3), p.adjust, "BH"), c(2, 1, 3))
    sums <- sums + c(sum(p), sum(q), length(p))
  }
  sums
}
seconds <- sapply(1:3, function(i) system.time(sums <<- evaluate())[["elapsed"]])
cat(sprintf("evaluation R %.3f %.6f %.6f %d\n", min(seconds), sums[1], sums[2], as.integer(sums[3])))
