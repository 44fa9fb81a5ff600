//! Every method against numbers computed by other software.
//!
//! `reference/methods/<method>.csv` holds cases for `lagesbild calc <method>`; the columns are
//! described in `reference/README.md`. A file without a method, or a method without a file, fails.

#[path = "reference/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lagesbild_stats::distribution::{
    Beta, Binomial, Gamma, Hypergeometric, NoncentralHypergeometric, Poisson, StudentT, normal,
};
use lagesbild_stats::method::Method;
use serde_json::Value;
use vectors::{Outcome, deviation, rows};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

#[test]
fn methods_agree_with_other_software() -> Outcome {
    let mut problems = Vec::new();
    let mut tested = Vec::new();
    for (name, vectors) in vectors::methods(&folder().join("methods"))? {
        let method = Method::from_name(&name)?;
        tested.push(method);
        let mut results = BTreeMap::new();
        let mut largest: f64 = 0.0;
        for vector in &vectors {
            if !results.contains_key(&vector.input) {
                let input = serde_json::from_str(&vector.input)?;
                let result = method.run(&input).unwrap_or_else(|error| Value::from(error.to_string()));
                results.insert(vector.input.clone(), result);
            }
            match vector.compare(&results[&vector.input]) {
                Ok(off) => largest = largest.max(off),
                Err(problem) => problems.push(format!("{name} {problem}")),
            }
        }
        println!("{name}: largest relative deviation {largest:.1e}");
    }
    let untested: Vec<_> = Method::ALL.iter().filter(|method| !tested.contains(method)).collect();
    assert!(untested.is_empty(), "methods without a reference file: {untested:?}");
    assert!(problems.is_empty(), "{} deviations:\n{}", problems.len(), problems.join("\n"));
    Ok(())
}

#[test]
fn every_method_stands_in_the_documentation() {
    let text = include_str!("../../../METHODS.md");
    let absent: Vec<_> = Method::ALL.iter().filter(|method| !text.contains(&format!("`{method}`"))).collect();
    assert!(absent.is_empty(), "METHODS.md does not name {absent:?} in backticks");
}

#[test]
fn distributions_agree_with_mpmath() -> Outcome {
    let mut problems = Vec::new();
    let mut largest = BTreeMap::<String, f64>::new();
    for row in rows(&folder().join("distribution.csv"), 4)? {
        let [function, parameters, at, expected] = &row[..] else { continue };
        let parameters: Vec<f64> = parameters.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let at: f64 = if at.is_empty() { 0.0 } else { at.parse()? };
        let found = evaluate(function, &parameters, at)?;
        let off = deviation(found, expected.parse()?);
        let entry = largest.entry(function.clone()).or_default();
        *entry = entry.max(off);
        // The pieces are exact to some 1e-15; far tails multiply the rounding of their exponent,
        // which reaches 700 at 1e-300, and shapes of millions that of their saddle point.
        if off > 2e-12 {
            problems.push(format!("{function} {parameters:?} {at}: {found:e}, expected {expected}, off by {off:.1e}"));
        }
    }
    for (function, off) in &largest {
        println!("{function}: largest relative deviation {off:.1e}");
    }
    assert!(problems.is_empty(), "{} deviations:\n{}", problems.len(), problems.join("\n"));
    Ok(())
}

fn evaluate(function: &str, parameters: &[f64], at: f64) -> Outcome<f64> {
    let p = |i: usize| parameters.get(i).copied().unwrap_or_default();
    let n = |i: usize| p(i) as u64;
    let k = at as u64;
    Ok(match function {
        "normal-cdf" => normal::cdf(p(0)),
        "normal-ln-sf" => normal::ln_sf(p(0)),
        "normal-upper-quantile" => -normal::quantile(p(0))?,
        "gamma-cdf" => Gamma::new(p(0))?.cdf(at),
        "gamma-sf" => Gamma::new(p(0))?.sf(at),
        "gamma-quantile" => Gamma::new(p(0))?.quantile(at)?,
        "gamma-quantile-upper" => Gamma::new(p(0))?.quantile_upper(at)?,
        "beta-cdf" => Beta::new(p(0), p(1))?.cdf(at),
        "beta-sf" => Beta::new(p(0), p(1))?.sf(at),
        "beta-quantile" => Beta::new(p(0), p(1))?.quantile(at)?,
        "beta-quantile-upper" => Beta::new(p(0), p(1))?.quantile_upper(at)?,
        "t-sf" => StudentT::new(p(0))?.sf(at),
        "t-quantile" => StudentT::new(p(0))?.quantile(at)?,
        "binomial-pmf" => Binomial::new(n(0), p(1))?.pmf(k),
        "binomial-cdf" => Binomial::new(n(0), p(1))?.cdf(k),
        "binomial-sf" => Binomial::new(n(0), p(1))?.sf(k),
        "poisson-pmf" => Poisson::new(p(0))?.pmf(k)?,
        "poisson-cdf" => Poisson::new(p(0))?.cdf(k)?,
        "poisson-sf" => Poisson::new(p(0))?.sf(k)?,
        "hypergeometric-cdf" => Hypergeometric::new(n(0), n(1), n(2))?.cdf(k),
        "hypergeometric-sf" => Hypergeometric::new(n(0), n(1), n(2))?.sf(k),
        "noncentral-hypergeometric-cdf" => NoncentralHypergeometric::new(n(0), n(1), n(2), p(3))?.cdf(k),
        "noncentral-hypergeometric-sf" => NoncentralHypergeometric::new(n(0), n(1), n(2), p(3))?.sf(k),
        "noncentral-hypergeometric-mean" => NoncentralHypergeometric::new(n(0), n(1), n(2), p(3))?.mean(),
        other => return Err(format!("distribution.csv: unknown function `{other}`").into()),
    })
}

#[test]
fn every_example_runs_and_fits_its_schema() -> Outcome {
    for method in Method::ALL {
        let example = method.example()?;
        let result = method.run(&example)?;
        assert!(result.is_object(), "{method}: {result}");
        let schema = method.schema();
        assert_eq!(schema["title"], method.name());
        assert!(!schema.to_string().contains("```"), "{method}: Rust examples do not belong into a schema: {schema}");
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{method}: {schema}");
        let known: Vec<&String> = schema["properties"].as_object().map(|p| p.keys().collect()).unwrap_or_default();
        for key in example.as_object().map(|e| e.keys()).into_iter().flatten() {
            assert!(known.contains(&key), "{method}: `{key}` is not in the schema");
        }
    }
    Ok(())
}
