/// `; addr: kafka-2.lab:9092, broker: 2, err: …` and `key=value` pairs behind a message.
enum LineFields {
    struct Field {
        let key: String
        let value: ArraySlice<UInt8>
    }

    private static let most = 24

    /// Separated by commas, each a word, a colon and a value. A value that has commas itself is cut there.
    static func of(_ text: ArraySlice<UInt8>) -> [Field] {
        text.split(separator: UInt8(ascii: ","), maxSplits: most).compactMap { part in
            var part = part
            while let first = part.first, first == 0x20 || first == UInt8(ascii: ";") { part = part.dropFirst() }
            guard let colon = part.firstRange(of: ": ") else { return nil }
            let key = part[..<colon.lowerBound]
            guard (1...20).contains(key.count), key.allSatisfy({ $0.isLetter || ".-_".utf8.contains($0) }) else {
                return nil
            }
            return Field(key: String(decoding: key.map(\.lowercased), as: UTF8.self), value: part[colon.upperBound...])
        }
    }
}

/// What stands beside a message in its line: whose client, which connection.
enum LineContext {
    static func fill(_ said: inout Said, from line: ArraySlice<UInt8>) {
        if said.clientId == nil { said.clientId = clientId(in: line) }
        if said.peers.isEmpty, let thread = value(in: line, behind: "[thrd:", until: "]"), let peer = Peer(thread) {
            said.peers.append(peer)
            said.nodeId = said.nodeId ?? peer.nodeId
            said.text = "\(peer.shown): " + said.text
        }
        if let transport = value(in: line, behind: "[", until: "]>") ?? value(in: line, behind: "host=[", until: "]"),
            let arrow = transport.lastRange(of: "<-")
        {
            let inner = transport[..<arrow.lowerBound]
            let begin = inner.lastIndex(of: UInt8(ascii: "[")).map { $0 + 1 } ?? inner.startIndex
            if let peer = Peer(inner[begin...]) { said.peers.append(peer) }
            said.clientPort = Int64(decimal: transport[arrow.upperBound...]).flatMap { Int(exactly: $0) }
        }
        if said.nodeId == nil, let node = value(in: line, behind: "node_id=", untilAny: " >,") {
            said.nodeId = Said.node(node)
        }
    }

    private static func clientId(in line: ArraySlice<UInt8>) -> String? {
        for mark in ["clientId=", "client_id=", "clientId: "] {
            if let found = value(in: line, behind: mark, untilAny: ",] >;\"") { return clientId(found) }
        }
        // librdkafka's handle: `[name#producer-1]`, or `|name#producer-1|` in its own form.
        for mark in ["#producer-", "#consumer-"] {
            guard let place = line.firstRange(of: mark) else { continue }
            let before = line[..<place.lowerBound]
            guard let begin = before.lastIndex(where: { "[|".utf8.contains($0) }) else { return nil }
            return clientId(before[(begin + 1)...])
        }
        return nil
    }

    /// A client id as clients are called; whether it may be shown is decided where the capture's are known.
    static func clientId(_ text: ArraySlice<UInt8>) -> String? {
        (1...255).contains(text.count) && !text.elementsEqual("null".utf8) ? String(decoding: text, as: UTF8.self) : nil
    }

    private static func value(in line: ArraySlice<UInt8>, behind mark: String, until end: String) -> ArraySlice<UInt8>?
    {
        guard let begin = line.firstRange(of: mark), let close = line[begin.upperBound...].firstRange(of: end) else {
            return nil
        }
        return line[begin.upperBound..<close.lowerBound]
    }

    private static func value(
        in line: ArraySlice<UInt8>, behind mark: String, untilAny ends: String
    ) -> ArraySlice<UInt8>? {
        guard let begin = line.firstRange(of: mark) else { return nil }
        return line[begin.upperBound...].prefix { byte in !ends.utf8.contains(byte) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func lastRange(of text: String) -> Range<Int>? {
        var found: Range<Int>?
        var from = startIndex
        while let next = firstRange(of: Array(text.utf8), from: from) {
            found = next
            from = next.upperBound
        }
        return found
    }
}
