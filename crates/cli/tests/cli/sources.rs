//! The pipeline of all sources, run once: what its tests share.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::World;

pub(crate) const SOURCES: &str = "pipelines/kungsholmen-kallor";
pub(crate) const ROOT: &str = "data/out/kungsholmen-kallor";

pub(crate) fn published() -> World {
    let world = World::whole();
    world.lagesbild(&["run", SOURCES, "--fail-on", "never"]).expect(0);
    world
}

pub(crate) fn query(world: &World, sql: &str) -> Vec<Value> {
    let reply = world.lagesbild(&["query", sql, "--pipeline", SOURCES, "--format", "ndjson"]).expect(0);
    reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn report(world: &World, file: &str) -> String {
    world.text(&format!("{}/reports/{file}", world.release_in(ROOT)))
}

/// The rows of a table with `;` between its columns.
pub(crate) fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned));
    let head: Vec<String> = lines.next().unwrap().collect();
    lines.map(|row| head.iter().cloned().zip(row).collect()).collect()
}
