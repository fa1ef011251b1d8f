//! The AWS SDK for Java v2: the client, the enhanced client's beans and documents, waiters, paginators and exceptions.

use std::process::Command;

use stator_conformance::clients::{JAVAC, MAVEN, QUICK_JAVA, Suite};
use stator_conformance::server::Server;

#[test]
fn java_runs_the_shop() {
    let Some(suite) = Suite::open("sdk_java", "java", &[JAVAC, MAVEN]) else {
        return;
    };
    let class_path = suite.compile_java("shop");
    let mut shop = Command::new("java");
    shop.args(QUICK_JAVA).args(["-classpath", &class_path, "shop.Shop"]);
    suite.run(&mut shop, &Server::start());
}
