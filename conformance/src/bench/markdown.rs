//! A report as Markdown: ratios first, since these survive a change of machine, then figures.

use std::fmt::{self, Display};

use super::{
    inside::Inside,
    peer::Peer,
    report::{Absence, Environment, Fill, Report, Round, Section, Start},
    targets::{self, Wanted},
    workload::Operation,
};

/// Tells a report.
pub fn render(report: &Report) -> String {
    let Environment {
        cores,
        window_seconds,
        rounds,
        seed,
        versions,
        ..
    } = &report.environment;
    let versions: Vec<String> = versions
        .iter()
        .map(|(peer, version)| format!("{peer} {version}"))
        .collect();
    let versions = versions.join(", ");
    let first = format!(
        "{cores} cores shared by generator and servers; medians of {rounds} rounds of {window_seconds} s; seed {seed}; {versions}.\n"
    );
    let absences = report
        .sections
        .iter()
        .flat_map(|section| section.absences.iter().map(|absence| (section.items, absence)));
    let absences = absences.map(|(items, Absence { peer, reason })| {
        format!("\nAt {} items, {peer} is missing: {reason}.\n", count(items as f64))
    });
    let [smallest, larger @ ..] = &report.sections[..] else {
        return first;
    };
    let mut grids = vec![targets(report)];
    grids.extend(
        report
            .sections
            .iter()
            .flat_map(|section| [ratios(section), reader(section)]),
    );
    grids.extend(larger.iter().map(|section| growth(smallest, section)));
    grids.push(starts(report));
    grids.push(inside(&report.inside));
    grids.extend(report.sections.iter().map(figures));
    let told = grids
        .iter()
        .filter(|grid| !grid.rows.is_empty())
        .map(|grid| format!("\n{grid}"));
    [first].into_iter().chain(absences).chain(told).collect()
}

/// A table under a title. The first column is of words, the others of numbers.
struct Grid {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = std::iter::once("---").chain(std::iter::repeat_n("---:", self.columns.len() - 1));
        writeln!(f, "### {}\n", self.title)?;
        writeln!(f, "| {} |", self.columns.join(" | "))?;
        writeln!(f, "| {} |", rule.collect::<Vec<_>>().join(" | "))?;
        self.rows
            .iter()
            .try_for_each(|row| writeln!(f, "| {} |", row.join(" | ")))
    }
}

/// What Stator is held to, where it was measured.
fn targets(report: &Report) -> Grid {
    let targets = targets::of(report).into_iter();
    let rows = targets.filter_map(|target| {
        let found = target.found.filter(|found| found.is_finite())?;
        let wanted = match target.wanted {
            Wanted::AtLeast(least) => format!("at least {}", ratio(least)),
            Wanted::AtMost(most) => format!("at most {}", ratio(most)),
        };
        let met = if target.wanted.is_met(found) { "yes" } else { "no" };
        Some(row([&target.what, &wanted], [ratio(found), met.to_owned()]))
    });
    Grid {
        title: "Targets".to_owned(),
        columns: row([&"what", &"wanted", &"here", &"met"], []),
        rows: rows.collect(),
    }
}

/// Tells what the engine takes in one process.
pub fn render_inside(found: &[Inside]) -> String {
    inside(found).to_string()
}

/// The engine without HTTP.
fn inside(found: &[Inside]) -> Grid {
    let rows = found.iter().flat_map(|inside| {
        let items = count(inside.items as f64);
        let costs = inside
            .costs
            .iter()
            .map(|cost| (cost.operation.to_string(), [Some(cost.whole_us), Some(cost.execute_us)]));
        let others = [("fork", inside.fork_us), ("snapshot", inside.snapshot_us)];
        let others = others.map(|(name, took)| (name.to_owned(), [Some(took), None]));
        let rows = costs.chain(others);
        let rows = rows.map(move |(name, figures)| row([&name, &items], figures.map(|figure| told(figure, ratio))));
        rows.collect::<Vec<_>>()
    });
    Grid {
        title: "The engine in one process, without HTTP, µs".to_owned(),
        columns: row([&"operation", &"items", &"from bytes to bytes", &"executing"], []),
        rows: rows.collect(),
    }
}

/// Throughput by the bare handler and by dynoxide.
fn ratios(section: &Section) -> Grid {
    let pairs = pairs(section);
    let rows = section.loads().into_iter().map(|(operation, connections)| {
        let cell = |peer| section.cell(operation, connections, peer);
        let ratios = pairs
            .iter()
            .map(|(peer, by)| told(cell(*peer).and_then(|one| one.ratio(cell(*by)?)), ratio));
        row([&operation, &connections], ratios)
    });
    Grid {
        title: format!("Throughput, as ratios, {} items", count(section.items as f64)),
        columns: row(
            [&"operation", &"connections"],
            pairs.iter().map(|(peer, by)| format!("{peer} / {by}")),
        ),
        rows: rows.collect(),
    }
}

/// Every pair whose ratio is told: each peer by the bare handler and by dynoxide, where these were measured.
fn pairs(section: &Section) -> Vec<(Peer, Peer)> {
    let peers = section.peers();
    let by = [Peer::Bare, Peer::Dynoxide].into_iter().filter(|by| peers.contains(by));
    by.flat_map(|by| {
        peers
            .iter()
            .filter(move |peer| **peer != by && **peer != Peer::Bare)
            .map(move |peer| (*peer, by))
    })
    .collect()
}

/// What a walk over the table does to a reader beside it.
fn reader(section: &Section) -> Grid {
    let peers = section.peers();
    let loads = section.loads();
    let both = loads.iter().filter(|(operation, connections)| {
        *operation == Operation::GetItemBesideScan && loads.contains(&(Operation::GetItem, *connections))
    });
    let rows = both.map(|(_, connections)| {
        let ratios = peers.iter().map(|peer| {
            let p99 = |operation| {
                section
                    .cell(operation, *connections, *peer)?
                    .median(|round| round.p99_us)
            };
            let pair = p99(Operation::GetItemBesideScan).zip(p99(Operation::GetItem));
            told(pair.map(|(beside, alone)| beside / alone), ratio)
        });
        row([&"GetItem", connections], ratios)
    });
    Grid {
        title: format!(
            "p99 beside a Scan of the whole table, by p99 alone, {} items",
            count(section.items as f64)
        ),
        columns: row([&"operation", &"connections"], peers.iter().map(Peer::to_string)),
        rows: rows.collect(),
    }
}

/// What growth of the table does to throughput, with the speed of the machine taken out by the bare handler.
fn growth(small: &Section, large: &Section) -> Grid {
    let peers: Vec<Peer> = large.peers().into_iter().filter(|peer| *peer != Peer::Bare).collect();
    let rows = large.loads().into_iter().map(|(operation, connections)| {
        let by_bare = |section: &Section, peer| {
            let cell = |peer| section.cell(operation, connections, peer);
            cell(peer)?.ratio(cell(Peer::Bare)?)
        };
        let parts = peers.iter().map(|peer| {
            let pair = by_bare(large, *peer).zip(by_bare(small, *peer));
            told(pair.map(|(large, small)| large / small), ratio)
        });
        row([&operation, &connections], parts)
    });
    let (few, many) = (count(small.items as f64), count(large.items as f64));
    Grid {
        title: format!("Throughput by bare at {many} items, as a part of that at {few}"),
        columns: row([&"operation", &"connections"], peers.iter().map(Peer::to_string)),
        rows: rows.collect(),
    }
}

/// Start times, memory and loading.
fn starts(report: &Report) -> Grid {
    let columns = report.sections.iter().flat_map(|section| {
        let items = count(section.items as f64);
        [format!("bytes an item at {items}"), format!("items/s loading {items}")]
    });
    let rows = report.starts.iter().map(
        |Start {
             peer,
             milliseconds,
             idle_bytes,
         }| {
            let fills = report.sections.iter().flat_map(|section| {
                let fill = section.fills.iter().find(|fill| fill.peer == *peer);
                let figure = |of: fn(&Fill) -> f64| told(fill.map(of), count);
                [figure(|fill| fill.bytes_per_item), figure(|fill| fill.items_per_second)]
            });
            row(
                [peer, &format!("{milliseconds:.1}"), &format!("{:.1}", idle_bytes / 1e6)],
                fills,
            )
        },
    );
    Grid {
        title: "Start and memory".to_owned(),
        columns: row([&"peer", &"start ms", &"idle MB"], columns),
        rows: rows.collect(),
    }
}

/// Every figure of every cell.
fn figures(section: &Section) -> Grid {
    type Figure = (&'static str, fn(&Round) -> f64, fn(f64) -> String);
    const FIGURES: [Figure; 7] = [
        ("requests/s", |round| round.requests_per_second, count),
        ("MB/s", |round| round.megabytes_per_second, count),
        ("p50 µs", |round| round.p50_us, count),
        ("p99 µs", |round| round.p99_us, count),
        ("p99.9 µs", |round| round.p999_us, count),
        ("server CPU µs", |round| round.server_cpu_us, count),
        ("generator cores", |round| round.generator_cores, ratio),
    ];
    let rows = section.cells.iter().map(|cell| {
        let figures = FIGURES.iter().map(|(_, of, tell)| match &cell.failure {
            Some(_) => "failed".to_owned(),
            None => told(cell.median(of), *tell),
        });
        row([&cell.operation, &cell.connections, &cell.peer], figures)
    });
    Grid {
        title: format!("Figures, {} items", count(section.items as f64)),
        columns: row(
            [&"operation", &"connections", &"peer"],
            FIGURES.iter().map(|(name, ..)| (*name).to_owned()),
        ),
        rows: rows.collect(),
    }
}

fn row<const NAMES: usize>(names: [&dyn Display; NAMES], cells: impl IntoIterator<Item = String>) -> Vec<String> {
    names.into_iter().map(|name| name.to_string()).chain(cells).collect()
}

fn told(number: Option<f64>, tell: fn(f64) -> String) -> String {
    number
        .filter(|number| number.is_finite())
        .map_or_else(|| "–".to_owned(), tell)
}

/// Two significant figures below ten, whole numbers from there on.
fn ratio(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 0.0995 => format!("{ratio:.3}"),
        ratio if ratio < 0.995 => format!("{ratio:.2}"),
        ratio => count(ratio),
    }
}

/// A whole number with its thousands apart; below ten, one digit behind the point.
fn count(number: f64) -> String {
    if number < 9.95 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok());
    groups.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::expect;

    use super::{super::report::Cell, *};

    fn cell(operation: Operation, peer: Peer, rate: f64, failure: Option<&str>) -> Cell {
        let round = Round {
            requests_per_second: rate,
            megabytes_per_second: rate / 1e3,
            p50_us: 1e6 / rate,
            p99_us: 1e7 / rate,
            p999_us: 1e8 / rate,
            server_cpu_us: 4.25,
            generator_cores: 0.5,
        };
        Cell {
            operation,
            connections: 16,
            peer,
            rounds: vec![round],
            failure: failure.map(str::to_owned),
        }
    }

    /// A section in which dynoxide does `rate` requests a second.
    fn section(items: u64, rate: f64) -> Section {
        Section {
            items,
            fills: vec![Fill {
                peer: Peer::Dynoxide,
                items_per_second: 12_345.0,
                bytes_per_item: 1_234.0,
                loaded_bytes: 1,
            }],
            absences: vec![Absence {
                peer: Peer::Stator,
                reason: "no answer".to_owned(),
            }],
            cells: vec![
                cell(Operation::GetItem, Peer::Dynoxide, rate, None),
                cell(Operation::GetItem, Peer::DynamodbLocal, 1.0, Some("refused")),
                cell(Operation::GetItem, Peer::Bare, 100_000.0, None),
                cell(Operation::GetItemBesideScan, Peer::Dynoxide, rate / 4.0, None),
                cell(Operation::GetItemBesideScan, Peer::Bare, 50_000.0, None),
            ],
        }
    }

    #[test]
    fn a_report_tells_ratios_first_and_failures_openly() {
        let report = Report {
            environment: Environment {
                cores: 2,
                window_seconds: 2.0,
                rounds: 3,
                seed: 1,
                versions: BTreeMap::from([(Peer::Dynoxide, "3".to_owned())]),
                program_bytes: None,
            },
            starts: vec![Start {
                peer: Peer::Dynoxide,
                milliseconds: 4.0,
                idle_bytes: 9e6,
            }],
            sections: vec![section(10_000, 12_000.0), section(1_000_000, 4_000.0)],
            inside: Vec::new(),
        };
        expect![[r#"
            2 cores shared by generator and servers; medians of 3 rounds of 2 s; seed 1; dynoxide 3.

            At 10,000 items, stator is missing: no answer.

            At 1,000,000 items, stator is missing: no answer.

            ### Throughput, as ratios, 10,000 items

            | operation | connections | dynoxide / bare | dynamodb-local / bare | dynamodb-local / dynoxide |
            | --- | ---: | ---: | ---: | ---: |
            | GetItem | 16 | 0.12 | – | – |
            | GetItemBesideScan | 16 | 0.060 | – | – |

            ### p99 beside a Scan of the whole table, by p99 alone, 10,000 items

            | operation | connections | dynoxide | dynamodb-local | bare |
            | --- | ---: | ---: | ---: | ---: |
            | GetItem | 16 | 4.0 | – | 2.0 |

            ### Throughput, as ratios, 1,000,000 items

            | operation | connections | dynoxide / bare | dynamodb-local / bare | dynamodb-local / dynoxide |
            | --- | ---: | ---: | ---: | ---: |
            | GetItem | 16 | 0.040 | – | – |
            | GetItemBesideScan | 16 | 0.020 | – | – |

            ### p99 beside a Scan of the whole table, by p99 alone, 1,000,000 items

            | operation | connections | dynoxide | dynamodb-local | bare |
            | --- | ---: | ---: | ---: | ---: |
            | GetItem | 16 | 4.0 | – | 2.0 |

            ### Throughput by bare at 1,000,000 items, as a part of that at 10,000

            | operation | connections | dynoxide | dynamodb-local |
            | --- | ---: | ---: | ---: |
            | GetItem | 16 | 0.33 | – |
            | GetItemBesideScan | 16 | 0.33 | – |

            ### Start and memory

            | peer | start ms | idle MB | bytes an item at 10,000 | items/s loading 10,000 | bytes an item at 1,000,000 | items/s loading 1,000,000 |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: |
            | dynoxide | 4.0 | 9.0 | 1,234 | 12,345 | 1,234 | 12,345 |

            ### Figures, 10,000 items

            | operation | connections | peer | requests/s | MB/s | p50 µs | p99 µs | p99.9 µs | server CPU µs | generator cores |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            | GetItem | 16 | dynoxide | 12,000 | 12 | 83 | 833 | 8,333 | 4.2 | 0.50 |
            | GetItem | 16 | dynamodb-local | failed | failed | failed | failed | failed | failed | failed |
            | GetItem | 16 | bare | 100,000 | 100 | 10 | 100 | 1,000 | 4.2 | 0.50 |
            | GetItemBesideScan | 16 | dynoxide | 3,000 | 3.0 | 333 | 3,333 | 33,333 | 4.2 | 0.50 |
            | GetItemBesideScan | 16 | bare | 50,000 | 50 | 20 | 200 | 2,000 | 4.2 | 0.50 |

            ### Figures, 1,000,000 items

            | operation | connections | peer | requests/s | MB/s | p50 µs | p99 µs | p99.9 µs | server CPU µs | generator cores |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            | GetItem | 16 | dynoxide | 4,000 | 4.0 | 250 | 2,500 | 25,000 | 4.2 | 0.50 |
            | GetItem | 16 | dynamodb-local | failed | failed | failed | failed | failed | failed | failed |
            | GetItem | 16 | bare | 100,000 | 100 | 10 | 100 | 1,000 | 4.2 | 0.50 |
            | GetItemBesideScan | 16 | dynoxide | 1,000 | 1.0 | 1,000 | 10,000 | 100,000 | 4.2 | 0.50 |
            | GetItemBesideScan | 16 | bare | 50,000 | 50 | 20 | 200 | 2,000 | 4.2 | 0.50 |
        "#]].assert_eq(&render(&report));
    }

    #[test]
    fn numbers_read_well() {
        let told: Vec<String> = [0.0123, 0.456, 1.26, 12.6, 4_321.0].into_iter().map(ratio).collect();
        assert_eq!(told, ["0.012", "0.46", "1.3", "13", "4,321"]);
        let told: Vec<String> = [0.0, 9.96, 999.4, 1e6, 1_234_567.8].into_iter().map(count).collect();
        assert_eq!(told, ["0.0", "10", "999", "1,000,000", "1,234,568"]);
    }
}
