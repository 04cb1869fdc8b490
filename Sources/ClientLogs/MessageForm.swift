import ReportModel

/// A message as a library prints it: known words, and places for values. Only the words and checked values are ever shown.
struct MessageForm: Sendable {
    enum Slot: String, Sendable {
        /// A node id; Java counts coordinators down from the greatest number.
        case node
        case peer
        /// `local-remote-n` of a broker's log, and `local->remote` of Go's.
        case channel
        case number, word, topic, api
        /// The request's own number, of a client's connection.
        case correlation
        /// For how long, and in which state, a connection had been when it ended: `8712ms`, `UP`.
        case age, state
        /// Why: shown as far as it is a known phrase.
        case reason
        /// `; addr: …, broker: …, err: …`, as structured loggers have it.
        case fields
        /// Never shown.
        case any

        /// A value with nothing known behind it: as much as is of its kind.
        func last(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            switch self {
            case .word, .api, .state: rest.prefix { $0.isLetter || $0 == UInt8(ascii: "_") }
            case .number, .correlation, .age: rest.prefix { $0.isDigit || ".msu".utf8.contains($0) }
            case .node: rest.prefix { $0.isDigit || $0 == UInt8(ascii: "-") }
            case .peer, .topic: rest.prefix { !" ,;)\"".utf8.contains($0) }
            case .channel, .reason, .fields, .any: rest
            }
        }
    }

    enum Part: Sendable {
        case text([UInt8])
        case slot(Slot)
    }

    /// Nil: the reason decides.
    let topic: LogTopic?
    let parts: [Part]
    let head: [UInt8]

    /// - Parameter pattern: `Node {node} disconnected.`; begins with at least four known characters.
    init(_ topic: LogTopic?, _ pattern: String) {
        self.topic = topic
        var parts: [Part] = []
        for piece in pattern.split(separator: "{", omittingEmptySubsequences: false) {
            let halves = piece.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let slot = Slot(rawValue: String(halves[0])) else {
                if !piece.isEmpty { parts.append(.text(Array(piece.utf8))) }
                continue
            }
            parts.append(.slot(slot))
            if !halves[1].isEmpty { parts.append(.text(Array(halves[1].utf8))) }
        }
        self.parts = parts
        if case .text(let head)? = parts.first { self.head = head } else { head = [] }
    }

    /// What the line says, where it has this form from `start` on.
    func match(_ line: ArraySlice<UInt8>, at start: Int) -> Said? {
        guard line[start...].starts(with: head) else { return nil }
        var said = Said(start: start)
        var place = start + head.count
        said.append(head)
        var i = 1
        while i < parts.count {
            guard case .slot(let slot) = parts[i] else { return nil }
            var end = line.endIndex
            if i + 1 < parts.count, case .text(let next) = parts[i + 1] {
                guard let found = line.firstRange(of: next, from: place) else { return nil }
                end = found.lowerBound
                guard said.take(slot, line[place..<end]) else { return nil }
                said.append(next)
                place = found.upperBound
                i += 2
            } else {
                guard said.take(slot, slot.last(line[place..<end])) else { return nil }
                place = end
                i += 1
            }
        }
        said.trim()
        guard let topic = topic ?? said.reason?.topic else { return nil }
        said.topic = topic
        return said
    }
}

/// All forms, found by the first bytes of their words in one walk over a line.
struct FormIndex: Sendable {
    private var byHead: [UInt32: [MessageForm]] = [:]
    private var pairs = [Bool](repeating: false, count: 1 << 16)

    init(_ forms: [MessageForm]) {
        for form in forms where form.head.count >= 4 {
            byHead[Self.key(form.head[...], 0), default: []].append(form)
            pairs[Int(form.head[0]) << 8 | Int(form.head[1])] = true
        }
    }

    private static func key(_ bytes: ArraySlice<UInt8>, _ i: Int) -> UInt32 {
        UInt32(bytes[i]) << 24 | UInt32(bytes[i + 1]) << 16 | UInt32(bytes[i + 2]) << 8 | UInt32(bytes[i + 3])
    }

    func first(in line: ArraySlice<UInt8>, from start: Int) -> Said? {
        var i = start
        while i + 3 < line.endIndex {
            if pairs[Int(line[i]) << 8 | Int(line[i + 1])], let forms = byHead[Self.key(line, i)] {
                for form in forms { if let said = form.match(line, at: i) { return said } }
            }
            i += 1
        }
        return nil
    }

    static let all = FormIndex(
        JavaForms.all + LibrdkafkaForms.all + PythonForms.all + SaramaForms.all + FranzForms.all + KafkaJSForms.all
            + KafkaGoForms.all + BrokerForms.all)
}
