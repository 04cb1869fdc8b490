internal import JSONText

/// What a report shows of how things are set, by whom it is set: all values that were seen. Null is unknown, and is no value.
struct DigestedSettings {
    private(set) var settings: [ReportDigest.SettingKey: Set<String>] = [:]

    init(_ root: JSONValue) {
        for row in root["brokers"]?.elements ?? [] { readBroker(row) }
        for row in root["listeners"]?.elements ?? [] { readListener(row) }
        for row in root["readiness"]?.elements ?? [] { readProgram(row) }
        for row in root["topicClients"]?.elements ?? [] { readFlow(row) }
        for row in root["groups"]?.elements ?? [] { readGroup(row) }
    }

    private mutating func note(_ subject: String, _ setting: String, _ value: JSONValue?) {
        guard let value, let text = Self.text(value) else { return }
        settings[ReportDigest.SettingKey(subject: subject, setting: setting), default: []].insert(text)
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .bool(let flag): flag ? "yes" : "no"
        default: nil
        }
    }

    private mutating func note(_ subject: String, _ setting: String, each values: JSONValue?) {
        for value in values?.elements ?? [] { note(subject, setting, value) }
    }

    /// A node that several brokers' rows tell is one subject.
    private mutating func readBroker(_ row: JSONValue) {
        for node in row["nodeIds"]?.elements ?? [] {
            guard let id = Self.text(node) else { continue }
            note("broker \(id)", "advertised address", each: row["advertised"])
            note("broker \(id)", "rack", row["rack"])
            note("broker \(id)", "cluster id", each: row["clusterIds"])
        }
    }

    private mutating func readListener(_ row: JSONValue) {
        guard let server = row["server"]?.text else { return }
        let subject = "listener \(server)"
        note(subject, "protocol", each: row["protocols"])
        note(subject, "TLS version", each: row["tlsVersions"])
        note(subject, "cipher", each: row["ciphers"])
        note(subject, "mechanism", each: row["mechanisms"])
        for certificate in row["certificates"]?.elements ?? [] {
            note(subject, "certificate for", certificate["subject"])
            note(subject, "certificate ends", certificate["notAfter"])
        }
    }

    private mutating func readProgram(_ row: JSONValue) {
        let subject = "client \(name(row))"
        if let software = row["software"]?.text {
            let version = row["softwareVersion"]?.text.map { " \($0)" } ?? ""
            note(subject, "software", .string(software + version))
        }
        for server in row["servers"]?.elements ?? [] {
            guard let address = server["address"]?.text else { continue }
            note("broker at \(address)", "Kafka version", server["version"])
        }
    }

    private mutating func readFlow(_ row: JSONValue) {
        guard row["direction"]?.text == "produce" else { return }
        let topic = row["topic"]?.text.map { ", topic \($0)" } ?? ""
        let subject = "client \(name(row))\(topic)"
        note(subject, "acks", row["acks"])
        note(subject, "idempotent", row["idempotent"])
        note(subject, "compression", each: row["compression"])
        // Batches that are all as they are have no name in that list.
        if row["compression"]?.elements?.isEmpty == true, (row["batches"]?.integer ?? 0) > 0 {
            note(subject, "compression", .string("none"))
        }
    }

    private mutating func readGroup(_ row: JSONValue) {
        guard let group = row["group"]?.text else { return }
        note("group \(group)", "type", row["type"])
        for member in row["members"]?.elements ?? [] {
            note("group \(group)", "session timeout (ms)", member["sessionTimeoutMs"])
            note("group \(group)", "rebalance timeout (ms)", member["rebalanceTimeoutMs"])
        }
    }

    /// A program by its client id, wherever it runs.
    private func name(_ row: JSONValue) -> String { row["clientId"]?.text ?? row["client"]?.text ?? "" }
}
