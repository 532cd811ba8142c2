//! What the house is built from: banned crates, sources and licences, as deny.toml names them, and no telemetry.
//!
//! It reads Cargo.lock and the crates' own manifests, so that the rules hold in the normal test run, offline and
//! without cargo-deny. Never: a list of its own, except for the names of crates that report home.

use super::licences::satisfied;
use super::source::{Finding, assert_clean, read};
use serde::Deserialize;
use std::process::Command;

/// Families of crates that send what a program does to somebody else. A name is one of these or starts with it and `-`
/// or `_`.
const REPORTERS: [&str; 16] = [
    "sentry",
    "opentelemetry",
    "tracing-opentelemetry",
    "posthog",
    "bugsnag",
    "rollbar",
    "honeybadger",
    "segment",
    "datadog",
    "dd-trace",
    "newrelic",
    "amplitude",
    "mixpanel",
    "tracing-loki",
    "tracing-appinsights",
    "applicationinsights",
];

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    wrappers: Vec<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    unknown_registry: String,
    unknown_git: String,
    allow_registry: Vec<String>,
    allow_git: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
}

fn lock() -> Lock {
    toml::from_str(&read("Cargo.lock").unwrap()).unwrap()
}

fn deny() -> Deny {
    toml::from_str(&read("deny.toml").unwrap()).unwrap()
}

fn about(name: &str, what: impl Into<String>) -> Finding {
    Finding { path: name.to_owned(), line: 0, what: what.into() }
}

/// A ban with wrappers lets a crate in by way of these alone.
fn banned(lock: &Lock, bans: &[Ban]) -> Vec<Finding> {
    let mut out = Vec::new();
    for ban in bans.iter().filter(|ban| lock.package.iter().any(|p| p.name == ban.name)) {
        let needs = |p: &&Locked| p.dependencies.iter().any(|d| d.split(' ').next() == Some(ban.name.as_str()));
        let parents: Vec<&str> = lock.package.iter().filter(needs).map(|p| p.name.as_str()).collect();
        let strangers: Vec<&str> = parents.iter().copied().filter(|p| !ban.wrappers.iter().any(|w| w == p)).collect();
        if ban.wrappers.is_empty() || !strangers.is_empty() {
            out.push(about(&ban.name, format!("banned ({}), needed by {strangers:?}", ban.reason)));
        }
    }
    out
}

/// Each crate but the house comes from a listed registry and is pinned by its checksum.
fn strangers(lock: &Lock, registries: &[String]) -> Vec<Finding> {
    let mut out = Vec::new();
    for package in lock.package.iter().filter(|p| p.name != "hauspost") {
        let known = package.source.as_ref().is_some_and(|s| registries.iter().any(|r| s.strip_prefix("registry+") == Some(r.as_str())));
        if !known || package.checksum.is_none() {
            out.push(about(&package.name, format!("from {:?}", package.source)));
        }
    }
    out
}

fn unlicensed(packages: &[Package], licenses: &Licenses) -> Vec<Finding> {
    let refused = packages.iter().filter(|p| !is_licensed(p, licenses, ""));
    refused.map(|p| about(&p.name, format!("the licence {:?} is not allowed", p.license))).collect()
}

fn is_licensed(package: &Package, licenses: &Licenses, without: &str) -> bool {
    let exceptions = licenses.exceptions.iter().filter(|e| e.name == package.name).flat_map(|e| &e.allow);
    let allowed: Vec<&String> = licenses.allow.iter().filter(|l| *l != without).chain(exceptions).collect();
    package.license.as_ref().is_some_and(|license| satisfied(license, &|name| allowed.iter().any(|l| *l == name)))
}

/// Entries of the list that no crate needs any more.
fn unneeded(packages: &[Package], licenses: &Licenses) -> Vec<Finding> {
    let free = licenses.allow.iter().filter(|l| packages.iter().all(|p| is_licensed(p, licenses, l)));
    let gone = licenses.exceptions.iter().filter(|e| !packages.iter().any(|p| p.name == e.name)).map(|e| &e.name);
    free.chain(gone).map(|entry| about(entry, "no crate needs this entry of deny.toml")).collect()
}

fn reporters(lock: &Lock) -> Vec<Finding> {
    let reports =
        |name: &str| REPORTERS.iter().any(|r| name.strip_prefix(r).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_'])));
    lock.package.iter().filter(|p| reports(&p.name)).map(|p| about(&p.name, "reports home")).collect()
}

/// The crates of this platform: those of others need not be on this machine.
fn packages() -> Vec<Package> {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Metadata>(&output.stdout).unwrap().packages
}

#[test]
fn no_crate_is_banned() {
    assert_clean(&banned(&lock(), &deny().bans.deny));
}

#[test]
fn every_crate_comes_from_the_registry() {
    let sources = deny().sources;
    assert_eq!((sources.unknown_registry.as_str(), sources.unknown_git.as_str()), ("deny", "deny"));
    assert!(sources.allow_git.is_empty());
    assert_clean(&strangers(&lock(), &sources.allow_registry));
}

#[test]
fn every_licence_is_allowed_and_needed() {
    let (packages, licenses) = (packages(), deny().licenses);
    assert!(packages.len() > 100, "Not all crates were seen");
    assert_clean(&unlicensed(&packages, &licenses));
    assert_clean(&unneeded(&packages, &licenses));
}

/// there is no code in the tree that could report home.
#[test]
fn r169_no_crate_reports_home() {
    assert_clean(&reporters(&lock()));
}

fn lock_of(text: &str) -> Lock {
    toml::from_str(text).unwrap()
}

#[test]
fn no_crate_is_banned_can_fail() {
    let tree = lock_of("[[package]]\nname = 'a'\ndependencies = ['b 0.1.0']\n[[package]]\nname = 'b'\n");
    let ban = |wrappers: &[&str]| {
        vec![Ban { name: "b".to_owned(), wrappers: wrappers.iter().map(|w| (*w).to_owned()).collect(), reason: String::new() }]
    };
    assert_eq!(banned(&tree, &ban(&[])).len(), 1);
    assert_eq!(banned(&tree, &ban(&["c"])).len(), 1);
    assert_eq!(banned(&tree, &ban(&["a"])), []);
}

#[test]
fn every_crate_comes_from_the_registry_can_fail() {
    let registries = deny().sources.allow_registry;
    let count = |source: &str| strangers(&lock_of(&format!("[[package]]\nname = 'a'\n{source}\n")), &registries).len();
    assert_eq!(count("source = 'registry+https://github.com/rust-lang/crates.io-index'\nchecksum = '00'"), 0);
    assert_eq!(count("source = 'registry+https://github.com/rust-lang/crates.io-index'"), 1);
    assert_eq!(count("source = 'registry+https://registry.example/index'\nchecksum = '00'"), 1);
    assert_eq!(count("source = 'git+https://git.example/a#00'"), 1);
    assert_eq!(count(""), 1);
}

#[test]
fn every_licence_is_allowed_and_needed_can_fail() {
    let package = |name: &str, license: Option<&str>| Package { name: name.to_owned(), license: license.map(str::to_owned) };
    let licenses: Licenses = toml::from_str("allow = ['MIT', 'ISC']\nexceptions = [{ crate = 'b', allow = ['0BSD'] }]").unwrap();
    let packages = [package("a", Some("MIT")), package("b", Some("0BSD")), package("c", Some("GPL-3.0-only")), package("d", None)];
    assert_eq!(unlicensed(&packages, &licenses).iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["c", "d"]);
    assert_eq!(unneeded(&packages[..2], &licenses).iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["ISC"]);
    assert_eq!(unneeded(&packages[..1], &licenses).iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["ISC", "b"]);
}

#[test]
fn r169_no_crate_reports_home_can_fail() {
    let count = |name: &str| reporters(&lock_of(&format!("[[package]]\nname = '{name}'\n"))).len();
    assert_eq!(["sentry", "sentry-core", "opentelemetry_sdk", "posthog-rs"].map(count), [1; 4]);
    assert_eq!(["sentryless", "unicode-segmentation", "tracing"].map(count), [0; 3]);
}
