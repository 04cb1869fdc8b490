import ReportModel
import TestSupport
import Testing
import Vocabulary

@testable import ClientLogs

/// Secrets in the ways in which command lines and settings carry them; each has a mark that must not be shown.
@Suite struct SecretWordTests {
    private static let mark = "zqX"

    /// `$` is the secret.
    static let shapes = [
        "curl -u alice:$ https://h/x", "curl -ualice:$ https://h", "curl --user alice:$ https://h",
        "curl --user=alice:$ h", "curl -H 'X-Api: $' h", "curl --header=X-Api:$ h", "curl -d '{\"x\":\"$\"}' h",
        "curl -b session=$ h", "curl --proxy-user a:$ h", "wget --http-user=a --http-anything=$ h",
        "mysql -p$ -h db", "mysql -uroot -p$", "mysql --password=$", "mysql -u root -p '$ $' db", "psql -W $",
        "redis-cli -a $ ping", "redis-cli AUTH $", "sshpass -p $ ssh h", "sshpass -p$ ssh h", "plink -pw $ h",
        "ldapsearch -x -w $ -D cn=admin", "ldapsearch -w$", "smbclient -U user%$ //h/s", "mosquitto_pub -u a -P $ -t x",
        "kcat -b h:9092 -X sasl.anything=$", "kcat -L -Xfoo=$", "openssl enc -k $", "openssl req -passin pass:$",
        "keytool -storepass $ -list", "java -Dfoo.bar=$ -jar x", "java -jar x --my-thing $", "docker login -u a -p $",
        "docker run -e FOO=$ img", "docker run --env FOO=$ img", "docker run --env=FOO=$ img",
        "helm upgrade --set a.b=$ x",
        "kubectl create secret generic x --from-literal=a=$", "vault write x value=$", "vault kv put kv/x foo=$",
        "htpasswd -b file alice $", "zip -P $ x.zip", "7z x -p$ a.7z", "rsync --foo=$ x", "ansible -e foo=$",
        "net use /user:dom\\a $",
        "net use x: $ /user:a", "schtasks /rp $", "app /p:$", "runas /x $", "PGX=$ psql", "export FOO=$",
        "env A=1 FOO=\"$ $\" run",
        "FOO='a $ b' run", "set foo: x alice:$ y", "user alice:$ signs in", "echo $ | docker login", "echo '$' > f",
        "ALTER USER a IDENTIFIED BY '$'", "x \u{2013}u alice:$", "x \u{2014}\u{2014}foo $", "(-u a:$)", "'-p$'",
        "\"--foo=$\"",
        "requirepass $", "creds $", "pw: $", "pw $", "otp=$", "{\"foo\":\"$\"}", "a=1,foo=$", "a=1;foo:$", "a=1&foo=$",
        "foo=a=$",
        "ftp://a:$@h/x", "https://h/x?y=$", "jdbc:mysql://h/d?user=a&x=$", "-- run -z $", "step 3 -Z=$", "-z:$ x",
        "kafka-configs --alter --add-config SCRAM-SHA-256=[iterations=8192,pwx=$]", "--command-config=$", "-Pfoo=$",
        "run --x \\ $",
    ]

    private static let letters = Array("abcXYZ0189!#%+-._/=:~")

    private static func secret(_ random: inout Seeded) -> String {
        func some() -> String {
            String(
                (0..<Int.random(in: 1...9, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
        }
        return "k" + some() + mark + some()
    }

    private static func shown(_ text: String) throws -> String {
        try #require(
            UserEvents.event(Array("2026-11-26T20:36:53Z \(text)".utf8)[...], day: StampTests.day) {
                CaptureTime(nanoseconds: $0)
            }
        ).text
    }

    @Test(arguments: shapes) func noCommandLineShowsItsSecret(shape: String) throws {
        var random = Seeded(shape.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        for plain in [true, false] + [Bool](repeating: false, count: 40) {
            let secret = plain ? Self.mark + "word" : Self.secret(&random)
            let text = shape.split(separator: "$", omittingEmptySubsequences: false).joined(separator: secret)
            for line in [text, "deploy of orders: " + text, "started, " + text + " done " + text] {
                let shown = try Self.shown(line)
                #expect(!shown.contains(Self.mark), "\(line) -> \(shown)")
            }
        }
    }

    /// Nor does a line of a client's log that says something, whatever stands around it.
    @Test(arguments: shapes) func noClientLineShowsIt(shape: String) {
        let text = shape.split(separator: "$", omittingEmptySubsequences: false).joined(separator: Self.mark + "word")
        for known in SaidTests.lines.map(\.line) {
            for line in [known + " " + text, known + "; " + text] {
                for entry in SaidTests.read(line).entries {
                    #expect(!entry.said.text.contains(Self.mark), "\(line) -> \(entry.said.text)")
                }
            }
        }
    }

    @Test(arguments: [
        "kubectl rollout restart statefulset/kafka -n kafka", "kubectl delete pod kafka-2 --namespace=kafka --force",
        "kafka-topics --bootstrap-server kafka-1.lab:9092 --alter --topic orders --partitions 12",
        "kafka-reassign-partitions --execute", "lag 1000 -> 12", "deploy - done", "temperature -3 C", "kill -9 4711",
        "image=kafka:3.7.0 replicas=3 topic=orders", "10.0.0.1:9092 down at 20:36:53", "broker-2: restarted",
        "retention.ms=60000 set", "disk /data full on kafka-2.lab:9092", "[fe80::1]:9092 is back", "GC pause 1200 ms",
    ])
    func whatDoesNoHarmStays(text: String) throws { #expect(try Self.shown(text) == text) }
}
