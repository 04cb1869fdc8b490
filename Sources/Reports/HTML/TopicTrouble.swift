internal import ReportModel

/// What a topic suffered, gathered from lost requests, error codes and findings.
struct TopicTrouble {
    let topic: String
    var lost = 0
    /// `NOT_LEADER_OR_FOLLOWER 3x`.
    var errors: [String] = []
    /// Ids.
    var findings: [String] = []

    static func rows(_ report: Report) -> [TopicTrouble] {
        var places: [String: Int] = [:]
        var rows: [TopicTrouble] = []
        func place(_ topic: String) -> Int {
            if let place = places[topic] { return place }
            places[topic] = rows.count
            rows.append(TopicTrouble(topic: topic))
            return rows.count - 1
        }
        for finding in report.findings {
            var named: Set<String> = []
            for request in finding.requests {
                for topic in request.topics {
                    rows[place(topic)].lost += 1
                    named.insert(topic)
                }
            }
            if case .list(let topics)? = finding[.topics] { named.formUnion(topics) }
            for topic in named.sorted() { rows[place(topic)].findings.append(finding.id) }
        }
        for error in report.errorCounts {
            for topic in error.topics { rows[place(topic)].errors.append("\(error.error) in \(error.api)") }
        }
        for i in rows.indices { rows[i].errors = Array(Set(rows[i].errors)).sorted() }
        return rows.sorted { ($1.findings.count, $0.topic) < ($0.findings.count, $1.topic) }
    }
}
