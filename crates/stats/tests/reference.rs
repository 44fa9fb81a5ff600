//! Every method against numbers computed by other software.
//!
//! `reference/methods/<method>.csv` holds cases for `lagesbild calc <method>`; the columns are
//! described in `reference/README.md`. A file without a method, or a method without a file, fails.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use lagesbild_stats::distribution::{
    Beta, Binomial, Gamma, Hypergeometric, NoncentralHypergeometric, Poisson, StudentT, normal,
};
use lagesbild_stats::method::Method;
use serde_json::Value;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

/// Lines of a file that are neither comments nor the heading.
fn rows(path: &Path, columns: usize) -> Outcome<Vec<Vec<String>>> {
    let text = fs::read_to_string(path)?;
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1) {
        let fields: Vec<String> = line.split(';').map(str::to_owned).collect();
        if fields.len() != columns {
            return Err(format!("{}: {} columns in `{line}`", path.display(), fields.len()).into());
        }
        rows.push(fields);
    }
    Ok(rows)
}

fn deviation(found: f64, expected: f64) -> f64 {
    if found == expected { 0.0 } else { (found - expected).abs() / expected.abs().max(f64::MIN_POSITIVE) }
}

#[test]
fn methods_agree_with_other_software() -> Outcome {
    let mut problems = Vec::new();
    let mut tested = Vec::new();
    let mut results = BTreeMap::new();
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder().join("methods"))?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.sort();
    for path in files {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let method = Method::from_name(&name)?;
        tested.push(method);
        let mut largest: f64 = 0.0;
        for row in rows(&path, 5)? {
            let [case, input, field, expected, tolerance] = &row[..] else { continue };
            let key = (name.clone(), input.clone());
            if !results.contains_key(&key) {
                let result =
                    method.run(&serde_json::from_str(input)?).unwrap_or_else(|error| Value::from(error.to_string()));
                results.insert(key.clone(), result);
            }
            // An empty field is the whole answer: the text of a refusal.
            let found = results[&key].pointer(field).unwrap_or(&Value::String("no such field".into())).clone();
            let expected: Value = serde_json::from_str(expected)?;
            match (found.as_f64(), expected.as_f64()) {
                (Some(found), Some(wanted)) => {
                    let tolerance: f64 = tolerance.parse()?;
                    let off = deviation(found, wanted);
                    largest = largest.max(off);
                    if off > tolerance {
                        problems
                            .push(format!("{name} {case} {field}: {found:e}, expected {wanted:e}, off by {off:.1e}"));
                    }
                }
                _ if found == expected => {}
                _ => problems.push(format!("{name} {case} {field}: {found}, expected {expected}")),
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
