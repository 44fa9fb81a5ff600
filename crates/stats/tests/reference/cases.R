# Helpers of the reference scripts: one CSV per method, one row per expected value.
folder <- commandArgs(TRUE)[1]
number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
open_file <- NULL
begin <- function(method, ...) {
  open_file <<- file.path(folder, paste0(method, ".csv"))
  cat(paste0("# ", c(...)), "case;input;field;expected;tolerance", sep = "\n", file = open_file)
}
row <- function(case, input, field, expected, tolerance = "1e-10") {
  text <- if (is.character(expected)) expected else number(expected)
  cat(paste(case, input, field, text, tolerance, sep = ";"), "\n", sep = "", file = open_file, append = TRUE)
}
z <- qnorm(0.975)

categories <- c("total", "violence", "traffic", "persons", "theft", "shop-theft", "fraud", "other", "damage", "special", "drugs")
k22 <- c(9335, 727, 763, 554, 1757, 197, 585, 292, 3134, 347, 979)
k23 <- c(9184, 750, 815, 590, 1920, 243, 828, 288, 2272, 356, 1122)
f22 <- c(1319, 87, 16, 47, 102, 56, 32, 24, 761, 47, 147)
f23 <- c(1013, 60, 11, 27, 119, 41, 31, 23, 530, 29, 142)
quiet <- suppressWarnings
# Where limits lie against a fixed value; on a limit is inside.
side <- function(value, limits) if (value < limits[1]) '"higher"' else if (value > limits[2]) '"lower"' else '"similar"'
