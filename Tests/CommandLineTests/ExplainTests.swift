import Pipeline
import ReportModel
import Reports
import Testing

@testable import brokertap

/// What users paste leads to the kinds behind it.
@Suite struct ExplainTests {
    private func page(_ asked: String) throws -> String {
        try ExplainCommand(ArgumentParser.parse(["explain", asked])).page(asked)
    }

    /// Each with what its page has to lead to.
    private static let pasted: [(String, String)] = [
        ("The server disconnected before a response was received.", "explain disconnect-before-response"),
        ("org.apache.kafka.common.errors.DisconnectException", "explain disconnect-before-response"),
        ("Connection to node -1 (b-1/10.0.0.1:9092) terminated during authentication.", "explain protocol-mismatch"),
        (
            "Connection to node 2 (b-2/10.0.0.2:9092) could not be established. Node may not be available.",
            "explain advertised-"
        ),
        (
            "Connection to node 2 (b-2/10.0.0.2:9092) failed authentication due to: Invalid username",
            "auth-terminated/refused"
        ),
        ("Broker: Leader not available", "LEADER_NOT_AVAILABLE (error code 5)"),
        ("Broker: Not leader for partition", "explain not-leader"),
        ("Local: Broker transport failure", "explain connect-failure"),
        ("3/3 brokers are down", "explain broker-unavailable"),
        ("NoBrokersAvailable", "explain connect-failure"),
        ("[Error 58] SaslAuthenticationFailed", "auth-terminated/refused"),
        ("NotLeaderForPartitionError", "explain not-leader"),
        ("unable to initialize sasl; addr: 10.0.0.1:9092, err: EOF", "auth-terminated/refused"),
        ("killing connection after 0 successful responses (is SASL missing?)", "auth-terminated/client-without-sasl"),
        ("kafka: client has run out of available brokers to talk to", "explain connect-failure"),
        (
            "kafka server: In the middle of a leadership election, there is currently no leader for this partition and hence"
                + " it is unavailable for writes", "explain leaderless"
        ),
        (
            "KafkaJSRequestTimeoutError: Request Fetch(key: 1, version: 11) timed out",
            "disconnect-before-response/request-timeout"
        ),
        ("[6] Not Leader For Partition: the client attempted to send messages", "explain not-leader"),
        ("dial tcp 10.0.0.1:9092: connect: connection refused", "explain broker-unavailable"),
        ("6", "NOT_LEADER_OR_FOLLOWER (error code 6)"), ("-1", "UNKNOWN_SERVER_ERROR (error code -1)"),
        ("UNKNOWN_TOPIC_OR_PARTITION", "(error code 3)"),
        ("broker-crashed", "disconnect-before-response/broker-crashed"),
        ("RecordTooLargeException", "MESSAGE_TOO_LARGE"), ("idle-close", "housekeeping"),
    ]

    @Test(arguments: pasted) func leadsToItsKinds(_ asked: String, _ lead: String) throws {
        #expect(try page(asked).contains(lead))
    }

    @Test func aLostConnectionIsNoTimeout() throws {
        let (network, timeout) = (try page("NetworkException"), try page("TimeoutException"))
        #expect(network.contains("TimeoutException") && timeout.contains("NetworkException"))
        #expect(network != timeout)
    }

    /// A number of the operating system is none of Kafka's.
    @Test func errnoIsNoCode() throws {
        #expect(try !page("Connect attempt returned error 111. Disconnecting.").contains("error code"))
    }

    @Test func everyCodeHasAPageThatLeadsOn() throws {
        for code in Glossary.errorCodes {
            #expect(try page(code.name).contains("brokertap explain"), "\(code.name)")
            #expect(try page("\(code.code)").contains(code.name))
        }
    }

    @Test(arguments: [
        ("auth-terminatd", "brokertap explain auth-terminated"),
        ("NOT_LEADR_OR_FOLLOWER", "brokertap explain NOT_LEADER_OR_FOLLOWER"),
        ("NetwrkException", "brokertap explain NetworkException"),
    ])
    func slipsGetASuggestion(_ asked: String, _ suggestion: String) {
        let error = #expect(throws: UsageError.self) { try page(asked) }
        #expect(error?.suggestion == suggestion)
    }

    @Test func nonsenseIsNotGuessedAt() {
        let error = #expect(throws: UsageError.self) { try page("qwertyuiop asdfgh") }
        #expect(error != nil && error?.suggestion == nil)
    }

    @Test func commandsAndFlagsOfOthersAreGuessed() {
        let command = #expect(throws: UsageError.self) { try ArgumentParser.parse(["anaylze"]) }
        #expect(command?.suggestion == "analyze")
        let flag = #expect(throws: UsageError.self) { try ArgumentParser.parse(["a.pcap", "--markdown"]) }
        #expect(flag?.message.contains("explain has") == true)
    }

    @Test func whatCannotBeWrittenIsToldFirst() {
        for path in ["/no-such-folder/a.json", "/"] {
            #expect(throws: UsageError.self) { try OutputCheck.check([path], inputs: []) }
        }
        #expect(throws: Never.self) {
            try OutputCheck.check(["-", "/dev/null", "/tmp/brokertap-not-made.json"], inputs: [])
        }
    }

    @Test func helpFitsATerminal() {
        for row in HelpText.overview(columns: 70).split(separator: "\n").dropFirst(4) {
            #expect(row.count <= 70, "\(row)")
        }
    }
}
