//! Letters go through Debian's postfix, by STARTTLS and with a login: another mail server than the tests' own.

use std::{
    fs,
    io::Read,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::set_clock;
use crate::{
    certificate_house::House,
    configuration::configuration,
    issuer::Issuer,
    oracle::{Folder, openssl, run},
    ports,
    server::{MAIL_PASSWORD, Server},
};

/// How long a server may take to do something.
const PATIENCE: Duration = Duration::from_secs(120);

const MASTER: &str = "/usr/lib/postfix/sbin/master";

/// A mail server of its own: everything that it has lies in one folder.
struct Postfix {
    folder: Folder,
    port: u16,
    master: Option<Child>,
}

impl Postfix {
    /// One that does not run yet: with two authorities, `own` and `foreign`, and a certificate of each.
    fn new() -> Self {
        assert!(
            fs::exists(MASTER).unwrap_or_default() && run("id", ["-u"]).stdout.starts_with(b"0\n"),
            "a letter goes through postfix here, which starts as root alone:\n  \
             run the tests as root, with the packages postfix, sasl2-bin and libsasl2-modules (tests/run installs them)"
        );
        let folder = Folder::new();
        // Its processes give up root's rights, and find their files all the same.
        fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o755)).expect("a folder");
        for name in ["queue", "data", "mail", "config/sasl"] {
            fs::create_dir_all(folder.path(name)).expect("a folder");
        }
        let at = |name: &str| folder.path(name).display().to_string();
        shell(&format!("chown postfix:postfix {} {}", at("data"), at("mail")));
        for name in ["own", "foreign"] {
            for made in [
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @NAME-ca.key \
                 -out @NAME-ca.pem -days 2 -subj /CN=NAME",
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout @NAME.key \
                 -out @NAME.csr -subj /CN=localhost -addext subjectAltName=DNS:localhost",
                "x509 -req -in @NAME.csr -CA @NAME-ca.pem -CAkey @NAME-ca.key -set_serial 2 -days 2 \
                 -copy_extensions copy -out @NAME.pem",
            ] {
                openssl(&folder, &made.replace("NAME", name)).expect("openssl makes it");
            }
        }
        let made = Self { folder, port: ports::free_port(), master: None };
        made.write("config/main.cf", MAIN);
        made.write("config/master.cf", SERVICES);
        made.write("config/sasl/smtpd.conf", LOGIN);
        made
    }

    fn write(&self, name: &str, text: &str) {
        let at = self.folder.path("").display().to_string();
        let at = at.trim_end_matches('/');
        let id = |which: &str| {
            let told = run("id", [which, "postfix"]).stdout;
            String::from_utf8_lossy(&told).trim().to_owned()
        };
        let mut text = text.replace("FOLDER", at);
        for (word, value) in [("PORT", self.port.to_string()), ("UID", id("-u")), ("GID", id("-g"))]
        {
            text = text.replace(word, &value);
        }
        self.folder.write(name, text.as_bytes());
    }

    /// Lets `segl` log in by this password.
    fn password(&self, password: &str) {
        let database = self.folder.path("logins").display().to_string();
        shell(&format!(
            "printf %s '{password}' | saslpasswd2 -p -c -f {database} -u localhost segl && \
             chgrp postfix {database} && chmod 640 {database}"
        ));
    }

    /// Starts it with one of its certificates.
    fn start(&mut self, certificate: &str) {
        self.stop();
        for end in ["pem", "key"] {
            let from = self.folder.path(&format!("{certificate}.{end}"));
            fs::copy(from, self.folder.path(&format!("tls.{end}"))).expect("a file");
        }
        let config = self.folder.path("config").display().to_string();
        shell(&format!("postfix -c {config} check"));
        // It ends by itself, too, should nobody be there any more to end it.
        let master = Command::new(MASTER)
            .args(["-c", &config, "-d", "-e", "900"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.master = Some(master.expect("postfix starts"));
        let started = Instant::now();
        while !self.greets() {
            assert!(started.elapsed() < PATIENCE, "postfix does not greet: {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether it is there, and nobody else on its port.
    fn greets(&self) -> bool {
        let greeting = b"220 localhost ESMTP Postfix";
        let mut said = [0; 27];
        let read = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut server| {
            server.set_read_timeout(Some(Duration::from_secs(5)))?;
            server.read_exact(&mut said)
        });
        read.is_ok() && said == *greeting
    }

    fn stop(&mut self) {
        if let Some(mut master) = self.master.take() {
            run("kill", ["-TERM", &master.id().to_string()]);
            drop(master.wait());
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path("log")).unwrap_or_default()
    }

    /// The letters that it has delivered.
    fn letters(&self) -> Vec<String> {
        let delivered = fs::read_dir(self.folder.path("mail/all/new"));
        let files = delivered.into_iter().flatten().map(|file| file.expect("a file").path());
        files.map(|path| fs::read_to_string(path).expect("a letter")).collect()
    }

    /// Waits until it says this.
    async fn says(&self, what: &str) {
        let started = Instant::now();
        while !self.log().contains(what) {
            assert!(started.elapsed() < PATIENCE, "{what}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the service is configured with, last in the file.
    fn settings(&self) -> String {
        format!(
            "\n[mail]\nserver = \"localhost\"\nport = {}\nfrom = \"segl@example.com\"\n\
             user = \"segl\"\nca = \"ca.pem\"\n",
            self.port
        )
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.stop();
    }
}

fn shell(line: &str) {
    let ran = run("sh", ["-c", line]);
    assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
}

const MAIN: &str = "\
compatibility_level = 3.6
queue_directory = FOLDER/queue
data_directory = FOLDER/data
maillog_file_prefixes = FOLDER
maillog_file = FOLDER/log
myhostname = localhost
mydestination =
inet_protocols = ipv4
alias_maps =
virtual_mailbox_domains = example.com
virtual_mailbox_base = FOLDER/mail
virtual_mailbox_maps = static:all/
virtual_transport = virtual
virtual_minimum_uid = 1
virtual_uid_maps = static:UID
virtual_gid_maps = static:GID
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_received_header = yes
smtpd_tls_cert_file = FOLDER/tls.pem
smtpd_tls_key_file = FOLDER/tls.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_authenticated_header = yes
smtpd_sasl_local_domain = localhost
cyrus_sasl_config_path = FOLDER/config/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
";

const SERVICES: &str = "\
127.0.0.1:PORT inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
";

const LOGIN: &str = "\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: FOLDER/logins
mech_list: PLAIN
";

#[tokio::test(flavor = "multi_thread")]
async fn postfix_is_given_a_letter_through_tls_and_by_login_once_it_is_the_server_that_is_meant() {
    let mut postfix = Postfix::new();
    postfix.password("another");
    postfix.start("foreign");
    let authority = fs::read(postfix.folder.path("own-ca.pem")).expect("a file");
    let settings = configuration() + &postfix.settings();
    let keys = Issuer::new().key_set();
    let server = Server::with_files(&settings, &keys, &[("ca.pem", &authority)]).await;
    let house = House::of(server).await;
    house.accept().await;
    let order = house.ordered().await;
    let reference = order["reference"].as_str().expect("a reference");

    // A server whose certificate somebody else vouches for is told no name and no password.
    postfix.says("SSL_accept error").await;
    while !house.server.log().contains("a letter was not sent") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!postfix.log().contains("sasl"), "{}", postfix.log());
    assert!(postfix.letters().is_empty());

    // With another password than the server's the letter waits on.
    postfix.start("own");
    set_clock(&house.server, 0.1).await;
    postfix.says("SASL PLAIN authentication failed").await;
    assert!(postfix.letters().is_empty());

    postfix.password(MAIL_PASSWORD);
    set_clock(&house.server, 0.6).await;
    postfix.says("status=sent (delivered to maildir)").await;
    let letters = postfix.letters();
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    let (head, body) = letter.split_once("\n\n").expect("head and body");
    for said in ["To: ", "mads@example.com", "using TLSv1", "(Authenticated sender: segl"] {
        assert!(head.contains(said), "{said}: {head}");
    }
    assert!(body.contains(reference), "{body}");
    // It was late, is not lost, and comes once.
    set_clock(&house.server, 1.0).await;
    house.ordered().await;
    while postfix.letters().len() < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let about = postfix.letters().iter().filter(|one| one.contains(reference)).count();
    assert_eq!(about, 1);
    assert!(!house.server.log().contains(MAIL_PASSWORD));
}
