import Conversations
import ReportModel
import Vocabulary

/// What the coordinator of a streams group (KIP-1071) tells its members of the group, beside an answer without error: why nobody
/// gets any work.
struct StreamsStatus {
    /// Nothing is worked on while one of these holds; others are a moment's matter or an instruction.
    private static let names: [Int64: String] = [
        1: "MISSING_SOURCE_TOPICS", 2: "INCORRECTLY_PARTITIONED_TOPICS", 3: "MISSING_INTERNAL_TOPICS",
    ]
    private static let framesKept = 8
    private static let clientsKept = 20
    private var open: [Int64: StreamsTrouble] = [:]
    private var closed: [Int64: StreamsTrouble] = [:]

    /// The troubles, each at its longest.
    var rows: [StreamsTrouble] {
        closed.merging(open) { Self.longer($0, $1) }.sorted { $0.key < $1.key }.map(\.value)
    }

    mutating func beat(_ answer: ObservedAnswer, _ request: ObservedRequest) {
        let told = answer.body.root
        guard answer.body.isWhole, told.integer("ErrorCode") == 0 else { return }
        // No list says that nothing has changed.
        guard told.holds("Status") else {
            for code in open.keys { open[code]?.to = answer.time }
            return
        }
        let states = told.elements("Status")
        let codes = Set(states.compactMap { $0.integer("StatusCode") })
        for code in open.keys where !codes.contains(code) { end(code) }
        for state in states {
            guard let code = state.integer("StatusCode"), let name = Self.names[code] else { continue }
            add(code, name, state.string("StatusDetail"), answer, request)
        }
    }

    private mutating func add(
        _ code: Int64, _ name: String, _ detail: String?, _ answer: ObservedAnswer, _ request: ObservedRequest
    ) {
        var row = open[code] ?? StreamsTrouble(name: name, from: answer.time, to: answer.time)
        (row.to, row.detail) = (answer.time, detail ?? row.detail)
        row.count += 1
        if row.frames.count < Self.framesKept { row.frames.append(answer.frame) }
        let client = request.client.address
        row.clients.insert("\(client)")
        if let id = request.clientId, row.clientIds.count < Self.clientsKept, !row.clientIds.contains(id) {
            row.clientIds.append(id)
        }
        open[code] = row
    }

    private mutating func end(_ code: Int64) {
        guard let row = open.removeValue(forKey: code) else { return }
        closed[code] = closed[code].map { Self.longer($0, row) } ?? row
    }

    private static func longer(_ one: StreamsTrouble, _ other: StreamsTrouble) -> StreamsTrouble {
        other.to.since(other.from) > one.to.since(one.from) ? other : one
    }
}
