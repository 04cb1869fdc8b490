import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// Runs a frame's bytes through header and body readers, as they come.
extension ConversationEngine {
    /// Bytes taken over from a piece at once to finish a field that a segment's end cut.
    private static let joinBytes = 512
    /// The least of a request's header that pairing needs: key, version, correlation id.
    private static let pairingBytes = 8

    /// - Returns: false where the bytes are no header of a Kafka frame.
    func feed(_ slot: Int, _ side: Side, _ reader: MessageReader, _ piece: Piece) -> Bool {
        if live[slot][side].mode == .tokens {
            let room = max(0, limits.carryBytes - reader.carry.count)
            reader.carry += piece.bytes.slice(from: 0, count: room)
            return true
        }
        var rest = piece.bytes
        while !rest.isEmpty {
            if reader.phase == .skipping { return true }
            if reader.phase == .holding {
                hold(reader, rest)
                return true
            }
            if reader.skip > 0 {
                let n = Int(min(reader.skip, Int64(rest.count)))
                reader.skip -= Int64(n)
                rest = rest.slice(from: n)
            } else if reader.carry.isEmpty {
                guard let used = read(slot, side, reader, rest) else { return false }
                if used < rest.count, reader.phase != .skipping, reader.skip == 0 {
                    reader.carry += rest.slice(from: used)
                }
                if reader.skip == 0 { return true }
                rest = rest.slice(from: used)
            } else {
                guard let used = readJoined(slot, side, reader, rest) else { return false }
                rest = rest.slice(from: used)
            }
        }
        return true
    }

    /// Joins what was carried over with the next bytes. Returns how many of the next were used.
    private func readJoined(
        _ slot: Int, _ side: Side, _ reader: MessageReader, _ rest: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        let carried = reader.carry.count
        let added = min(Self.joinBytes + carried, rest.count)
        var joined = reader.carry
        joined += rest.slice(from: 0, count: added)
        reader.carry.removeAll(keepingCapacity: true)
        guard let used = joined.withUnsafeBufferPointer({ read(slot, side, reader, $0) }) else { return nil }
        if used >= carried { return used - carried }
        // Still too short: all of it is carried on.
        if reader.phase != .skipping { reader.carry += joined[used...] }
        if reader.carry.count > limits.carryBytes { reader.giveUp(.malformed) }
        return added
    }

    /// Reads header and body as far as they go. Returns how many bytes were used; nil where it is no frame.
    private func read(_ slot: Int, _ side: Side, _ reader: MessageReader, _ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var used = 0
        if reader.phase == .header {
            guard let length = readHeader(slot, side, reader, bytes) else { return nil }
            if length == 0 { return reader.phase == .skipping ? bytes.count : 0 }
            used = length
        }
        return reader.phase == .body ? used + readBody(reader, bytes.slice(from: used)) : bytes.count
    }

    // MARK: Header

    /// The header's length; 0 where more bytes are needed, or none of it is to be read; nil where it is no header.
    private func readHeader(
        _ slot: Int, _ side: Side, _ reader: MessageReader, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        reader.isRequest ? requestHeader(slot, side, reader, bytes) : responseHeader(slot, side, reader, bytes)
    }

    private func requestHeader(
        _ slot: Int, _ side: Side, _ reader: MessageReader, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        switch HeaderReader.request(bytes, frameLength: Int(reader.size)) {
        case .needMore: return Int64(bytes.count) >= reader.size ? nil : 0
        case .malformed: return nil
        case .header(let header):
            guard header.apiKey <= RequestHeaderShape.greatestKey, header.version <= RequestHeaderShape.greatestVersion
            else { return nil }
            reader.api = Int16(truncatingIfNeeded: header.apiKey)
            reader.version = Int16(truncatingIfNeeded: header.version)
            reader.correlationId = header.correlationId
            if let id = header.clientId {
                reader.clientId = file.strings.intern(id.slice(from: 0, count: limits.stringBytes))
            }
            confirmStep(slot, side, witnessed: false)
            registerRequest(slot, reader)
            startBody(reader, plans: requestPlans, kind: .request, version: header.version, headerLength: header.length)
            return header.length
        }
    }

    private func responseHeader(
        _ slot: Int, _ side: Side, _ reader: MessageReader, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard bytes.count >= 4 else { return 0 }
        let id = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 0))
        reader.correlationId = id
        guard let index = findPending(slot, id) else {
            confirmStep(slot, side, witnessed: false)
            if isEarly(slot, id) { reader.phase = .holding } else { reader.giveUp(.unknown) }
            return 0
        }
        let (api, version) = (pending[index].api, pending[index].version)
        switch HeaderReader.response(bytes, frameLength: Int(reader.size), apiKey: Int(api), version: Int(version)) {
        case .needMore: return Int64(bytes.count) >= reader.size ? giveUpHeader(reader) : 0
        case .malformed: return giveUpHeader(reader)
        case .header(let header):
            guard let bodyVersion = answeredVersion(api, version, bytes.slice(from: header.length), reader) else {
                return 0
            }
            confirmStep(slot, side, witnessed: true)
            (reader.pending, reader.api, reader.version) = (index, api, version)
            startBody(reader, plans: responsePlans, kind: .response, version: bodyVersion, headerLength: header.length)
            return header.length
        }
    }

    private func giveUpHeader(_ reader: MessageReader) -> Int {
        reader.giveUp(.malformed)
        return 0
    }

    /// A broker that does not know the version of an ApiVersions request answers in the form of version 0 with error 35
    /// (KIP-511). Nil: the code is not there yet.
    private func answeredVersion(
        _ api: Int16, _ version: Int16, _ body: UnsafeBufferPointer<UInt8>, _ reader: MessageReader
    ) -> Int? {
        guard api == Api.apiVersions, reader.size >= 6 else { return Int(version) }
        guard body.count >= 2 else { return nil }
        return body.bigEndian16(at: 0) == 35 ? 0 : Int(version)
    }

    private func startBody(
        _ reader: MessageReader, plans: PlanCache, kind: MessageKind, version: Int, headerLength: Int
    ) {
        guard let plan = plans.plan(apiKey: Int(reader.api), version: version, kind: kind) else {
            return reader.giveUp(.unknown)
        }
        reader.decoder.start(plan, bodyLength: reader.size - Int64(headerLength))
        reader.phase = .body
    }

    // MARK: Body

    private func readBody(_ reader: MessageReader, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var at = 0
        while true {
            let step = reader.decoder.feed(bytes.slice(from: at), into: fields)
            takeFields(reader)
            switch step {
            case .needMore(let kept): return bytes.count - kept
            case .skip(let n):
                reader.skip = n
                return bytes.count
            case .bufferFull(let consumed): at += consumed
            case .complete(let leftOver):
                reader.leftOver = leftOver > 0
                reader.giveUp(.decoded)
                return bytes.count
            case .malformed:
                // Of an ApiVersions answer with error 35 only the code counts: mock brokers put stray bytes behind it.
                let onlyCode = reader.api == Api.apiVersions && reader.response.topLevelError == 35
                reader.leftOver = onlyCode
                reader.giveUp(onlyCode ? .decoded : .malformed)
                return bytes.count
            }
        }
    }

    /// The frame is over. A decoder that passed over the body's last bytes is told so.
    func conclude(_ reader: MessageReader) {
        guard reader.phase == .body, reader.carry.isEmpty, reader.skip == 0 else { return }
        _ = readBody(reader, UnsafeBufferPointer(start: nil, count: 0))
    }

    private func takeFields(_ reader: MessageReader) {
        let all = fields.fields
        if reader.isRequest {
            for i in all.indices { reader.request.take(all[i], file: file) }
        } else {
            for i in all.indices { reader.response.take(all[i], file: file) }
        }
        fields.removeAll()
    }

    // MARK: Cut headers

    /// The rest of a frame is missing and its header was not complete: what there is may still do to pair it.
    func closeHeader(_ slot: Int, _ side: Side, _ reader: MessageReader) {
        guard reader.phase == .header else { return }
        reader.carry.withUnsafeBufferPointer { bytes in
            if reader.isRequest, bytes.count >= Self.pairingBytes {
                reader.api = Int16(truncatingIfNeeded: bytes.bigEndian16(at: 0))
                reader.version = Int16(truncatingIfNeeded: bytes.bigEndian16(at: 2))
                reader.correlationId = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4))
                registerRequest(slot, reader)
            } else if !reader.isRequest, bytes.count >= 4 {
                reader.correlationId = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 0))
                if let index = findPending(slot, reader.correlationId) {
                    (reader.pending, reader.api, reader.version) = (index, pending[index].api, pending[index].version)
                }
            }
        }
    }
}
