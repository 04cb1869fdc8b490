import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// The table `apis`: each API over all brokers. From the histograms and error counts that are kept anyway.
struct ApiRows {
    let file: CaseFile

    var rows: [ApiRow] {
        var answers: [Int16: Histogram] = [:]
        var longPolls: [Int16: Int64] = [:]
        for (key, histogram) in file.times.latency where key.server != nil {
            if key.longPoll {
                longPolls[key.api, default: 0] += histogram.count
            } else {
                answers[key.api, default: Histogram()].add(histogram)
            }
        }
        var errors: [Int16: [String: Int]] = [:]
        for error in file.errors.rows.values {
            let name = KafkaError.name(of: Int(error.key.code)) ?? "error \(error.key.code)"
            errors[error.key.api, default: [:]][name, default: 0] += error.count
        }
        let apis = Set(answers.keys).union(longPolls.keys).union(errors.keys)
        return apis.sorted().map { api in
            var row = ApiRow()
            row.api = Api.name(api)
            row.longPolls = longPolls[api] ?? 0
            if let histogram = answers[api] {
                row.answers = histogram.count
                (row.p50Ms, row.p90Ms) = (histogram.percentileMs(0.5), histogram.percentileMs(0.9))
                (row.p99Ms, row.maxMs) = (histogram.percentileMs(0.99), histogram.maxMs)
            }
            row.errors = (errors[api] ?? [:]).sorted { $0.key < $1.key }.map { (name: $0.key, count: $0.value) }
            return row
        }
    }
}
