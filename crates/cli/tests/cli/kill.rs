//! Runs that are killed, and runs that start at the same time. Whatever happens, a reader finds one whole release.

use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use lagesbild_model::Digest;
use serde_json::Value;

use crate::support::{PIPELINE, ROOT, World};

const KILLS: u32 = 50;
const STARTS: usize = 12;

/// A small generator of numbers that look random and are the same every time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    /// A number from 0 to below 1.
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn start(world: &World, more: &[&str]) -> Child {
    let mut command = world.command(&[&["run", PIPELINE], more].concat());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a command that starts")
}

/// The name of the current release, after every output was found as the manifest says.
fn whole_release(world: &World) -> String {
    let release = world.release();
    let manifest: Value = serde_json::from_slice(&world.read(&format!("{release}/manifest.json"))).expect("a manifest");
    let outputs = manifest["outputs"].as_array().expect("outputs");
    assert_eq!(outputs.len(), 51, "{release}");
    for output in outputs {
        let file = output["file"].as_str().unwrap();
        let bytes = world.read(&format!("{release}/{file}"));
        assert_eq!(output["bytes"], bytes.len(), "{release}/{file}");
        assert_eq!(output["sha256"], Digest::of(&bytes).to_string(), "{release}/{file}");
    }
    release
}

/// Releases and what is being made, without the current one and the one before.
fn left_over(world: &World) -> Vec<String> {
    let mut names: Vec<String> =
        world.tree(&format!("{ROOT}/releases")).into_keys().filter(|name| !name.contains('/')).collect();
    let current = world.release();
    let current = Path::new(&current).file_name().unwrap().to_str().unwrap();
    names.retain(|name| name != current);
    names
}

fn counts(world: &World) -> u64 {
    world.query("SELECT count(*) AS n FROM counts")[0]["n"].as_u64().unwrap()
}

#[test]
fn fifty_kills_leave_a_whole_release_each_time() {
    let world = World::published();
    let rows = counts(&world);
    // How long a run takes here and now, so that the kills fall into all of it and a little beyond.
    let clock = Instant::now();
    world.run(&["--force"]).expect(0);
    let mut whole_run = clock.elapsed();
    let mut dice = Dice(0x1ae5_b11d);
    let (mut killed, mut finished, mut in_the_making) = (0, 0, 0);
    let mut releases = vec![whole_release(&world)];
    for kill in 0..KILLS {
        let mut child = start(&world, &["--force"]);
        // One kill in each fiftieth of the run, at a random place inside it.
        let share = (f64::from(kill) + dice.roll()) / f64::from(KILLS) * 1.05;
        sleep(Duration::from_secs_f64(whole_run.as_secs_f64() * share));
        child.kill().expect("a kill");
        if child.wait().expect("an end").success() {
            finished += 1;
            // Too late: the machine has become faster since. The next kills come sooner.
            whole_run = whole_run.mul_f64(0.9);
        } else {
            killed += 1;
        }
        in_the_making += u32::from(world.path(&format!("{ROOT}/releases/.staging")).exists());
        let release = whole_release(&world);
        if releases.last() != Some(&release) {
            releases.push(release);
        }
        assert_eq!(counts(&world), rows, "after kill {kill}");
    }
    assert_eq!(killed + finished, KILLS);
    // Not vacuous: most runs were killed, and some of them while they were writing.
    assert!(killed > KILLS / 2 && in_the_making > 0, "{killed} killed, {in_the_making} in the making");

    // The next run needs no help, and leaves nothing behind.
    world.run(&["--force"]).expect(0);
    let last = whole_release(&world);
    assert!(!releases.contains(&last));
    let left = left_over(&world);
    assert_eq!(left.len(), 1, "one release before the current one: {left:?}");
    assert!(!left[0].starts_with('.'), "{left:?}");
    assert_eq!(counts(&world), rows);
    for leftover in [".CURRENT", ".latest"] {
        assert!(!world.path(&format!("{ROOT}/{leftover}")).exists(), "{leftover}");
    }
}

/// Processes that start together on a new root: one publishes; the others find the lock taken, or come later and find
/// nothing changed. No two write.
#[test]
fn of_many_starts_at_once_one_publishes() {
    let world = World::new();
    let children: Vec<Child> = (0..STARTS).map(|_| start(&world, &[])).collect();
    let codes: Vec<i32> =
        children.into_iter().map(|mut child| child.wait().expect("an end").code().expect("no signal")).collect();
    assert!(codes.iter().all(|code| [0, 4].contains(code)), "{codes:?}");
    assert!(codes.contains(&0), "{codes:?}");
    let release = whole_release(&world);
    // One release, the first: whoever came later had nothing to do.
    assert!(release.contains("/000001-"), "{release}");
    assert!(left_over(&world).is_empty(), "{:?}", left_over(&world));
    world.run(&[]).expect(0).says("nothing has changed");
}

/// Waves of starts that all insist on publishing: each that says that it published did, and nothing is mixed.
#[test]
fn each_run_that_says_so_has_published() {
    let world = World::published();
    let mut published = 1;
    for _ in 0..4 {
        let children: Vec<Child> = (0..STARTS).map(|_| start(&world, &["--force"])).collect();
        for mut child in children {
            match child.wait().expect("an end").code() {
                Some(0) => published += 1,
                code => assert_eq!(code, Some(4)),
            }
        }
        // The running number tells how many were published, if none was lost and none counted twice.
        let release = whole_release(&world);
        assert!(release.contains(&format!("/{published:06}-")), "{release} after {published}");
    }
    assert!(published > 4);
    assert!(left_over(&world).len() <= 1);
}

/// A reader that asks again and again while releases come and go always gets a whole answer.
#[test]
fn readers_are_never_disturbed() {
    let world = World::published();
    let rows = counts(&world);
    for _ in 0..3 {
        let mut writer = start(&world, &["--force"]);
        let mut asked = 0;
        while writer.try_wait().expect("a state").is_none() {
            assert_eq!(counts(&world), rows);
            asked += 1;
        }
        assert!(asked > 0);
        assert!(writer.wait().expect("an end").success());
    }
}
