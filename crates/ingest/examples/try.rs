use lagesbild_ingest::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let t = std::fs::read_to_string(&a[1]).unwrap();
    let mut t = t;
    for (k, v) in
        [("area", "kungsholmen-sdo"), ("place", "fridhemsplan"), ("area-name", "kungsholmen"), ("lpo", "norrmalm")]
    {
        t = t.replace(&format!("${{{k}}}"), v);
    }
    for (k, v) in [("year", "2023"), ("week", "41"), ("since", "2019")] {
        t = t.replace(&format!("\"${{{k}}}\""), v).replace(&format!("${{{k}}}"), v);
    }
    let s: Source = toml::from_str(&t).unwrap();
    let d = "pipelines/codelists/";
    let f = |n: &str| std::fs::read(format!("{d}{n}")).unwrap();
    let (x, y, z) = (f("areas.csv"), f("categories.csv"), f("aliases.csv"));
    let l = CodeLists::read(
        ListFile { name: "areas.csv", bytes: &x },
        ListFile { name: "categories.csv", bytes: &y },
        ListFile { name: "aliases.csv", bytes: &z },
    )
    .unwrap();
    for p in s.check(&a[1], &l) {
        println!("{p}");
    }
    let b = std::fs::read(format!("data/sample/{}", a.get(2).unwrap_or(&s.file))).unwrap();
    let t0 = std::time::Instant::now();
    let r = read_source(&s, &s.file, &b, &l);
    println!("{:?}", t0.elapsed());
    for x in &r.accounting {
        println!("{x:?}");
    }
    for x in r.diagnostics.iter().take(40) {
        println!("{x}");
    }
    println!("{} counts {} findings", r.counts.len(), r.diagnostics.len());
    let mut m = std::collections::BTreeMap::new();
    for c in &r.counts {
        *m.entry(c.status).or_insert(0) += 1;
    }
    println!("{m:?}");
    println!("{:?}", r.counts.first());
}
