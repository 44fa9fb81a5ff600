//! Publishing as others meet it: a lock that is held, a pointer that is damaged, outputs that somebody touched.

use std::fs::File;

use crate::support::{CROSSTAB, PIPELINE, ROOT, World};

#[test]
fn a_second_writer_stops_at_once() {
    let world = World::published();
    let before = world.tree("");
    let lock = File::options().write(true).open(world.path(&format!("{ROOT}/.lock"))).unwrap();
    lock.lock().unwrap();
    for more in [&[][..], &["--force"], &["--json"]] {
        let reply = world.run(more).expect(4);
        assert_eq!(reply.out, "");
        reply.says("locked: another run is writing");
    }
    assert_eq!(world.tree(""), before);
    // Readers need no lock, and neither do a plan and a check.
    world.run(&["--dry-run"]).expect(0);
    world.lagesbild(&["check", PIPELINE]).expect(0);
    assert_eq!(world.query("SELECT COUNT(*) AS n FROM contrasts")[0]["n"].as_u64().map(|n| n > 0), Some(true));
    drop(lock);
    world.run(&["--force"]).expect(0);
}

/// The lock of a process that is gone is no lock: the system lets go of it.
#[test]
fn a_lock_file_that_nobody_holds_is_in_nobody_s_way() {
    let world = World::new();
    std::fs::create_dir_all(world.path(ROOT)).unwrap();
    world.write(&format!("{ROOT}/.lock"), "4711");
    world.run(&[]).expect(0);
}

#[test]
fn a_missing_file_leaves_the_old_release() {
    let world = World::published();
    let (before, current) = (world.tree(&world.release()), world.text(&format!("{ROOT}/CURRENT")));
    std::fs::remove_file(world.path(CROSSTAB)).unwrap();
    let reply = world.run(&[]).expect(5);
    assert_eq!(reply.out, "");
    reply.says("error[missing-file]: status/status_kungsholmen_tom_v41_2023.xlsx");
    reply.says("nearest in the folder: `status_kungsholmen_tom_v41_2023.xls`");
    reply.says("nothing was published: no usable figures from `status-ytd`; the old release stays");
    // The other source was read and told of.
    reply.says("status/status_vecka_lpo_norrmalm_2019-2023.csv: 24420 rows");
    assert_eq!(world.text(&format!("{ROOT}/CURRENT")), current);
    assert_eq!(world.tree(&world.release()), before);
    world.lagesbild(&["check", PIPELINE]).expect(5);
    world.run(&["--dry-run"]).expect(5).says("(status-ytd; missing)");
    let told = world.run(&["--json"]).expect(5).json();
    assert_eq!(told["outcome"], "withheld");
    assert_eq!(told["sources"], serde_json::json!(["status-ytd"]));
}

/// The export for week 41 under the name of week 40: the file says which week it holds.
#[test]
fn a_file_about_another_week_is_not_published() {
    let world = World::published();
    let before = world.tree(ROOT);
    let other = "data/sample/status/status_kungsholmen_tom_v40_2023.xlsx";
    std::fs::copy(world.path(CROSSTAB), world.path(other)).unwrap();
    let reply = world.run(&["--set", "week=40"]).expect(5);
    reply.says("error[stale-input]: status/status_kungsholmen_tom_v40_2023.xlsx › Kungsholmen › A2");
    reply.says("found:    figures to week 41");
    reply.says("expected: figures to week 40");
    reply.says("nothing was published");
    assert_eq!(world.tree(ROOT), before);
    assert!(!world.path("data/out/kungsholmen-sdo-2023-v40/CURRENT").exists());
}

/// A year that the table has no column for.
#[test]
fn a_file_about_another_year_is_not_published() {
    let world = World::new();
    for (from, to) in [
        (CROSSTAB, "data/sample/status/status_kungsholmen_tom_v41_2024.xlsx"),
        (crate::support::WEEKLY, "data/sample/status/status_vecka_lpo_norrmalm_2019-2024.csv"),
    ] {
        std::fs::copy(world.path(from), world.path(to)).unwrap();
    }
    let reply = world.run(&["--set", "year=2024"]).expect(5);
    reply.says("error[stale-input]: status/status_kungsholmen_tom_v41_2024.xlsx › Kungsholmen › A5");
    reply.says("expected: a column for 2024");
    reply.says("error[stale-input]: status/status_vecka_lpo_norrmalm_2019-2024.csv › line 24419");
    assert_eq!(reply.out, "");
}

#[test]
fn a_damaged_pointer_is_told_and_mended() {
    let world = World::published();
    let good = world.release();
    for damage in ["", "000009-aaaaaaaaaaaa\n", "../../etc\n", "å\n"] {
        world.write(&format!("{ROOT}/CURRENT"), damage);
        let reply = world.lagesbild(&["query", "SELECT 1 AS one"]);
        assert_eq!((reply.code, reply.out.as_str()), (1, ""), "`{damage}`: {reply:?}");
        reply.says("is not a release folder");
        // The release that is there is not removed on the word of a damaged pointer.
        assert!(world.path(&good).is_dir(), "`{damage}`");
    }
    world.run(&[]).expect(0);
    assert_eq!(world.query("SELECT 1 AS one").len(), 1);
}

/// Somebody opened a table in a spreadsheet program and saved it, or changed a digit in place.
#[test]
fn an_output_that_somebody_touched_is_made_anew() {
    let world = World::published();
    let csv = "reports/brottstabeller-t1a.csv";
    let good = world.text(&format!("{}/{csv}", world.release()));
    for bad in [good.replace("9184;", "9184 ;"), good.replace("9184;", "9999;"), String::new()] {
        assert_ne!(bad, good);
        world.write(&format!("{}/{csv}", world.release()), &bad);
        let reply = world.run(&[]).expect(0);
        assert!(!reply.err.contains("nothing has changed"), "{} bytes of {}: {reply:?}", bad.len(), good.len());
        assert_eq!(world.text(&format!("{}/{csv}", world.release())), good);
    }
    std::fs::remove_file(world.path(&format!("{}/store/counts.parquet", world.release()))).unwrap();
    world.run(&[]).expect(0);
    assert!(world.path(&format!("{}/store/counts.parquet", world.release())).is_file());
}

#[test]
fn what_a_killed_run_left_is_swept_away() {
    let world = World::published();
    let staging = format!("{ROOT}/releases/.staging/store");
    std::fs::create_dir_all(world.path(&staging)).unwrap();
    world.write(&format!("{staging}/counts.parquet"), "half");
    // A release that was moved into place but never pointed at.
    std::fs::create_dir_all(world.path(&format!("{ROOT}/releases/000002-0123456789ab"))).unwrap();
    let reply = world.run(&[]).expect(0);
    reply.says("nothing has changed");
    let left: Vec<String> =
        world.tree(&format!("{ROOT}/releases")).into_keys().filter(|name| !name.contains('/')).collect();
    assert_eq!(left, [world.release().rsplit('/').next().unwrap()]);
}

/// Before the first run there is nothing to read, and that is said in one line.
#[test]
fn readers_say_when_nothing_is_published() {
    let world = World::new();
    for call in [&["query", "SELECT 1 AS one"][..], &["explain", "t1a!B5"]] {
        let reply = world.lagesbild(call).expect(5);
        reply.says("nothing is published there; `lagesbild run` publishes");
        assert_eq!(reply.err.lines().count(), 1, "{reply:?}");
    }
}

/// A place that cannot be written to fails with its cause, and nothing is half there.
#[test]
fn a_root_that_is_a_file_fails_with_its_cause() {
    let world = World::new();
    world.write("taken", "");
    let reply = world.run(&["--out", "taken"]).expect(1);
    reply.says("error: cannot create taken/releases");
    assert_eq!(reply.out, "");
    assert_eq!(world.text("taken"), "");
}
