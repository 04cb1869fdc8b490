public import ReportModel

extension Explain {
    /// One of Kafka's error codes, as the caller knows it.
    public struct ErrorCode: Sendable {
        let code: Int
        let name: String
        let isRetriable: Bool

        public init(code: Int, name: String, isRetriable: Bool) {
            (self.code, self.name, self.isRetriable) = (code, name, isRetriable)
        }
    }

    /// The code that a text names: `6`, `[Error 58] …`, `NOT_LEADER_OR_FOLLOWER`, `NotLeaderOrFollowerException`,
    /// `Broker: Leader not available`.
    public static func code(in text: String, of codes: [ErrorCode]) -> ErrorCode? {
        if let number = number(text) { return codes.first { $0.code == number } }
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        if let named = words.lazy.compactMap({ word in codes.first { $0.name == word } }).first { return named }
        let names = Dictionary(codes.map { (squeezed($0.name), $0) }, uniquingKeysWith: { one, _ in one })
        for word in words.map(bare) + [bare(text[...])] + afterBroker(text) {
            if let code = names[word] { return code }
            if let name = aliases[word] { return names[name] }
        }
        return nil
    }

    /// `-1`, `6`, `code 6`, `[6] Not Leader`, `error_code=6`.
    private static func number(_ text: String) -> Int? {
        let trimmed = text.drop { $0 == " " }.prefix { $0 != " " }
        if trimmed.count == text.count, let number = Int(trimmed) { return number }
        let words = Saying.plain(text).split(separator: " ")
        // Numbers of the system's own errors are others.
        if words.contains(where: { ["connect", "errno", "socket", "oserror"].contains($0) }) { return nil }
        for (word, next) in zip(words, words.dropFirst()) where ["error", "code", "errorcode"].contains(word) {
            if let number = Int(next) { return number }
        }
        return text.hasPrefix("[") ? words.first.flatMap { Int($0) } : nil
    }

    private static func squeezed(_ text: some StringProtocol) -> String {
        text.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Without what libraries append to a name.
    private static func bare(_ word: Substring) -> String {
        var name = squeezed(word)
        for suffix in ["exception", "error"] where name.hasSuffix(suffix) && name.count > suffix.count + 3 {
            name.removeLast(suffix.count)
        }
        return name
    }

    /// librdkafka's sentence behind `Broker: `, and Java's behind a colon.
    private static func afterBroker(_ text: String) -> [String] {
        text.split(separator: ":").map { bare($0) }
    }

    /// Other names of codes, squeezed: older ones, those of exceptions, and sentences.
    private static let aliases: [String: String] = [
        "notleaderforpartition": "notleaderorfollower", "recordtoolarge": "messagetoolarge",
        "messagesizetoolarge": "messagetoolarge", "corruptrecord": "corruptmessage",
        "saslauthentication": "saslauthenticationfailed", "topicauthorization": "topicauthorizationfailed",
        "groupauthorization": "groupauthorizationfailed", "clusterauthorization": "clusterauthorizationfailed",
        "transactionalidauthorization": "transactionalidauthorizationfailed",
        "outofordersequence": "outofordersequencenumber", "duplicatesequence": "duplicatesequencenumber",
        "groupcoordinatornotavailable": "coordinatornotavailable",
        "consumercoordinatornotavailable": "coordinatornotavailable",
        "notcoordinatorforgroup": "notcoordinator", "notcoordinatorforconsumer": "notcoordinator",
        "grouploadinprogress": "coordinatorloadinprogress", "coordinatorloadinprogress": "coordinatorloadinprogress",
        "notenoughinsyncreplicas": "notenoughreplicas", "grouprebalanceinprogress": "rebalanceinprogress",
        "specifiedgroupgenerationidisnotvalid": "illegalgeneration", "unknownmember": "unknownmemberid",
        "producerfencedbynewerinstance": "producerfenced", "kafkastorage": "kafkastorageerror",
        "thisserverisnottheleaderforthattopicpartition": "notleaderorfollower",
        "triedtosendamessagetoareplicathatisnottheleaderforsomepartitionyourmetadataisoutofdate": "notleaderorfollower",
        "requestwasforatopicorpartitionthatdoesnotexistonthisbroker": "unknowntopicorpartition",
        "inthemiddleofaleadershipelectionthereiscurrentlynoleaderforthispartitionandhenceitisunavailableforwrites":
            "leadernotavailable",
        "requestexceededtheuserspecifiedtimelimitintherequest": "requesttimedout",
        "thisserverdoesnothostthistopicpartition": "unknowntopicorpartition",
        "staticconsumerfencedbyotherconsumerwithsamegroupinstanceid": "fencedinstanceid",
        "invalidproducerepoch": "invalidproducerepoch", "unknownserver": "unknownservererror",
    ]

    /// All that is known of a code, and where it leads.
    public static func error(_ code: ErrorCode, markdown: Bool, columns: Int = usualColumns) -> String {
        let again =
            code.isRetriable
            ? "It is retriable: the same request may succeed later."
            : "It is not retriable: the same request will fail again."
        let meaning = ErrorMeanings.general(code.name) ?? Saying.of(code.name)?.meaning
        return heading("\(code.name) (error code \(code.code))", level: 1, markdown)
            + paragraph((meaning.map { $0 + " " } ?? "") + again, markdown, columns)
            + leads(kinds(of: code.name), markdown, columns)
    }

    private static func kinds(of error: String) -> [String] {
        switch error {
        case "NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH": ["not-leader", "error-response"]
        case "LEADER_NOT_AVAILABLE", "LISTENER_NOT_FOUND": ["leaderless", "error-response"]
        case "NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND": ["error-response", "under-replicated"]
        case "REQUEST_TIMED_OUT": ["error-response", "under-replicated", "slow-response"]
        case "SASL_AUTHENTICATION_FAILED": ["auth-terminated/refused", "auth-terminated/reauthentication"]
        case "UNSUPPORTED_SASL_MECHANISM": ["auth-terminated/unsupported-mechanism"]
        case "ILLEGAL_SASL_STATE": ["auth-terminated/listener-without-sasl", "auth-terminated/client-without-sasl"]
        case "UNSUPPORTED_VERSION": ["unsupported-version"]
        case "FENCED_INSTANCE_ID", "UNRELEASED_INSTANCE_ID": ["identity-conflict/group-instance-id", "error-response"]
        case "PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH": ["identity-conflict/transactional-id", "error-response"]
        case "REBALANCE_IN_PROGRESS", "UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_MEMBER_EPOCH",
            "MEMBER_ID_REQUIRED":
            ["error-response", "rebalance"]
        case "THROTTLING_QUOTA_EXCEEDED": ["throttled", "error-response"]
        case "NETWORK_EXCEPTION": ["disconnect-before-response", "network-path"]
        default: ["error-response"]
        }
    }

    // MARK: What somebody pasted

    /// An exception or a sentence that is known by its words.
    /// - Parameter whole: the text is that and nothing else.
    public static func saying(
        _ text: String, whole: Bool = false, markdown: Bool, columns: Int = usualColumns
    ) -> String? {
        let plain = Saying.plain(text)
        let saying = whole ? Saying.all.first { $0.marks.contains(plain) } : Saying.of(text)
        return saying.map {
            heading($0.title, level: 1, markdown) + paragraph($0.meaning, markdown, columns)
                + leads($0.leads, markdown, columns)
        }
    }

    /// A log's line that is known by its form alone.
    /// - Parameter library: who prints it, where only one does.
    public static func logLine(
        _ topic: LogTopic, _ text: String, library: String?, markdown: Bool, columns: Int = usualColumns
    ) -> String {
        let who = library.map { "A line of \($0)" } ?? "A line of a client"
        return heading(text, level: 1, markdown)
            + paragraph("\(who). \(about(topic)).", markdown, columns) + leads(kinds(topic), markdown, columns)
    }

    private static func about(_ topic: LogTopic) -> String {
        switch topic {
        case .connected: "It says that a connection was made"
        case .disconnected: "It says that a connection ended"
        case .connectFailed: "It says that a connection could not be made"
        case .timedOut: "It says that the client waited too long"
        case .signInFailed: "It says that a sign-in failed"
        case .tlsFailed: "It says that a TLS handshake failed"
        case .errorAnswer: "It says that a response carried an error code"
        case .metadata: "It says what the client learned of the cluster"
        case .group: "It says what became of a consumer group"
        case .broker: "It says what a broker did"
        }
    }

    private static func kinds(_ topic: LogTopic) -> [String] {
        switch topic {
        case .connected: ["connection-churn"]
        case .disconnected: ["disconnect-before-response", "idle-close", "session-expired"]
        case .connectFailed: ["connect-failure", "advertised-address-mismatch", "broker-unavailable"]
        case .timedOut: ["disconnect-before-response/request-timeout", "response-overdue", "slow-response"]
        case .signInFailed: ["auth-terminated"]
        case .tlsFailed: ["tls-failure", "protocol-mismatch"]
        case .errorAnswer: ["error-response", "not-leader"]
        case .metadata: ["advertised-address-mismatch", "cluster-changed"]
        case .group: ["rebalance", "error-response"]
        case .broker: ["under-replicated", "disconnect-before-response/broker-shutdown", "broker-unavailable"]
        }
    }

    /// The sections of that name in all kinds; nil where none has it.
    public static func sections(_ name: String, markdown: Bool, columns: Int = usualColumns) -> String? {
        let kinds = FindingKind.allCases.filter { sectionNames($0).contains(name) }
        return kinds.isEmpty ? nil : leads(kinds.map { "\($0.rawValue)/\(name)" }, markdown, columns)
    }

    /// Names to guess from, where nothing fits.
    public static var names: [String] {
        FindingKind.allCases.map(\.rawValue) + Set(FindingKind.allCases.flatMap(sectionNames)).sorted()
            + Saying.all.map(\.title).filter { !$0.contains(" ") }
    }

    private static func leads(_ leads: [String], _ markdown: Bool, _ columns: Int) -> String {
        leads.map { lead in
            let parts = lead.split(separator: "/").map(String.init)
            guard let kind = FindingKind(rawValue: parts[0]) else { return "" }
            let page = ExplainPage.of(kind)
            let text = parts.count > 1 ? page.sections.first { $0.name == parts[1] }?.text : nil
            return heading(markdown ? lead : "brokertap explain \(lead)", level: 2, markdown)
                + paragraph(text ?? page.summary, markdown, columns)
        }.joined()
    }
}
