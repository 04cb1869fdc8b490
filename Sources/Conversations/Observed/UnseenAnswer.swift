import KafkaDecode
import KafkaSchema
import Vocabulary

/// What may be shown of an answer whose request was not captured: nothing says what it answers. It is read as each message that it
/// can be from its first byte to its last, and what one of them hides is hidden.
struct UnseenAnswer {
    private let plans: PlanCache
    private let fields = FieldBuffer()
    private let tape: MessageTape
    /// Answers that are still tried: each takes some hundred readings, most of which end at once.
    private var left = 20_000

    init(plans: PlanCache, limits: Limits) {
        self.plans = plans
        tape = MessageTape(limits: limits, keepsBytes: true)
    }

    /// - Parameter frame: behind its length.
    /// - Returns: what is hidden, counted from the frame's length on; nil where it is no message that is known.
    mutating func secrets(_ frame: [UInt8]) -> [Range<Int64>]? {
        guard left > 0 else { return nil }
        left -= 1
        var hidden: [Range<Int64>]?
        for api in KafkaApi.all {
            guard let versions = api.responseVersions.closedRange else { continue }
            for version in versions {
                if let secrets = read(frame, api.key, version) { hidden = (hidden ?? []) + secrets }
            }
        }
        return hidden.map(Self.joined)
    }

    private func read(_ frame: [UInt8], _ api: Int, _ version: Int) -> [Range<Int64>]? {
        let header = 4 + KafkaApi.responseHeaderVersion(api, version: version)
        guard frame.count >= header, header == 4 || frame[4] == 0,
            let plan = plans.plan(apiKey: api, version: version, kind: .response)
        else { return nil }
        tape.restart()
        frame.withUnsafeBufferPointer { tape.keep($0) }
        tape.start(plan, header: header, known: 4, bodyLength: Int64(frame.count - header), into: fields)
        tape.finish(into: fields)
        guard case .whole = tape.body.reading, !tape.hasLeftOver else { return nil }
        return tape.body.secrets
    }

    private static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var joined: [Range<Int64>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}
