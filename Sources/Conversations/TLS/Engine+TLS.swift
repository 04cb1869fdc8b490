import Streams
import Vocabulary

/// Reads TLS as far as it shows without keys: records, hellos, readable alerts (RFC 8446, RFC 5246).
extension ConversationEngine {
    private static let headerBytes = 5

    func takeTLS(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        if live[slot][side].frameRemaining > 0 {
            let n = Int(min(live[slot][side].frameRemaining, Int64(piece.bytes.count)))
            live[slot][side].frameRemaining -= Int64(n)
            file.totals.encryptedBytes += Int64(n)
            return n
        }
        if live[slot][side].reader >= 0 || piece.bytes.count < Self.headerBytes { return gatherHeader(slot, side, piece) }
        return beginRecord(slot, side, piece, header: piece.bytes, body: piece.bytes.slice(from: Self.headerBytes))
            ? Self.headerBytes : 0
    }

    private func gatherHeader(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        if live[slot][side].reader < 0 {
            let reader = takeReader()
            readers[Int(reader)].start(size: 0, isRequest: true, time: piece.time, frame: piece.frame, offset: piece.offset)
            live[slot][side].reader = reader
        }
        let reader = readers[Int(live[slot][side].reader)]
        let used = min(Self.headerBytes - reader.carry.count, piece.bytes.count)
        reader.carry += piece.bytes.slice(from: 0, count: used)
        guard reader.carry.count == Self.headerBytes else { return used }
        let header = reader.carry
        drop(readerOf: slot, side)
        _ = header.withUnsafeBufferPointer {
            beginRecord(slot, side, piece, header: $0, body: piece.bytes.slice(from: used))
        }
        return used
    }

    /// - Returns: false where no record begins here; the direction then looks for one.
    private func beginRecord(
        _ slot: Int, _ side: Side, _ piece: Piece, header: UnsafeBufferPointer<UInt8>, body: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let length = header.bigEndian16(at: 3) & 0xFFFF
        guard FirstBytes.looksLikeTLS(header) else {
            live[slot][side].mode = .searching
            count(unknown: 0, slot)
            return false
        }
        live[slot][side].frameRemaining = Int64(length)
        file.totals.encryptedBytes += Int64(Self.headerBytes)
        let inside = body.slice(from: 0, count: length)
        switch header[0] {
        case 22: readHandshake(slot, side, inside, piece)
        case 21: readAlert(slot, side, inside, length, piece)
        case 23: noteRecord(slot, side, length, piece)
        default: break
        }
        return true
    }

    private func noteRecord(_ slot: Int, _ side: Side, _ length: Int, _ piece: Piece) {
        if side == live[slot].clientSide {
            live[slot].tls.clientRecords += 1
            live[slot].tls.clientAppBytes += Int64(length)
            live[slot].tls.lastClientRecord = piece.time
        } else {
            live[slot].tls.serverRecords += 1
            live[slot].tls.serverAppBytes += Int64(length)
            live[slot].tls.lastServerRecord = piece.time
        }
    }

    private func readAlert(
        _ slot: Int, _ side: Side, _ body: UnsafeBufferPointer<UInt8>, _ length: Int, _ piece: Piece
    ) {
        // A readable alert has two bytes, level 1 or 2; an encrypted one is longer.
        guard length == 2, body.count == 2, (1...2).contains(body[0]), live[slot].tls.alertFrame.isNone else { return }
        live[slot].tls.alertLevel = body[0]
        live[slot].tls.alert = body[1]
        live[slot].tls.alertFromClient = side == live[slot].clientSide
        live[slot].tls.alertFrame = piece.frame
    }

    private func readHandshake(_ slot: Int, _ side: Side, _ body: UnsafeBufferPointer<UInt8>, _ piece: Piece) {
        guard body.count > 4 else { return }
        let fromClient = side == live[slot].clientSide
        if body[0] == 1, fromClient, live[slot].tls.clientHelloFrame.isNone {
            live[slot].tls.clientHelloFrame = piece.frame
            if let name = Hello.serverName(body) { live[slot].tls.serverName = file.strings.intern(name) }
        } else if body[0] == 2, !fromClient, live[slot].tls.serverHelloFrame.isNone {
            live[slot].tls.serverHelloFrame = piece.frame
            if let agreed = Hello.agreed(body) { (live[slot].tls.version, live[slot].tls.cipher) = agreed }
        }
    }

    func gapInTLS(_ slot: Int, _ side: Side, _ missing: Int64) {
        if missing <= live[slot][side].frameRemaining {
            live[slot][side].frameRemaining -= missing
        } else {
            drop(readerOf: slot, side)
            live[slot][side].frameRemaining = 0
            live[slot][side].mode = .searching
        }
    }
}

/// The parts of ClientHello and ServerHello that are told. Bytes that are not there end the reading.
enum Hello {
    /// The server name extension of a ClientHello (RFC 6066, section 3).
    static func serverName(_ hello: UnsafeBufferPointer<UInt8>) -> String? {
        // Type and length 4, version 2, random 32; then session id, cipher suites, compression methods.
        var at = 38
        guard skip(hello, &at, lengthBytes: 1), skip(hello, &at, lengthBytes: 2), skip(hello, &at, lengthBytes: 1)
        else { return nil }
        at += 2
        for _ in 0..<64 {
            guard at + 4 <= hello.count else { return nil }
            let (type, length) = (hello.bigEndian16(at: at), hello.bigEndian16(at: at + 2) & 0xFFFF)
            if type == 0 { return name(hello.slice(from: at + 4, count: length)) }
            at += 4 + length
        }
        return nil
    }

    private static func name(_ list: UnsafeBufferPointer<UInt8>) -> String? {
        guard list.count > 5, list[2] == 0 else { return nil }
        let length = list.bigEndian16(at: 3) & 0xFFFF
        guard length > 0, length < 256, 5 + length <= list.count else { return nil }
        return String(decoding: list.slice(from: 5, count: length), as: UTF8.self)
    }

    /// Version and cipher of a ServerHello; TLS 1.3 hides its version in an extension.
    static func agreed(_ hello: UnsafeBufferPointer<UInt8>) -> (version: UInt16, cipher: UInt16)? {
        var at = 38
        guard hello.count > at, skip(hello, &at, lengthBytes: 1), at + 3 <= hello.count else { return nil }
        let cipher = UInt16(truncatingIfNeeded: hello.bigEndian16(at: at))
        var version = UInt16(truncatingIfNeeded: hello.bigEndian16(at: 4))
        at += 5
        while at + 4 <= hello.count {
            let (type, length) = (hello.bigEndian16(at: at), hello.bigEndian16(at: at + 2) & 0xFFFF)
            if type == 43, length == 2, at + 6 <= hello.count { version = UInt16(truncatingIfNeeded: hello.bigEndian16(at: at + 4)) }
            at += 4 + length
        }
        return (version, cipher)
    }

    private static func skip(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, lengthBytes: Int) -> Bool {
        guard at + lengthBytes <= bytes.count else { return false }
        at += lengthBytes + (lengthBytes == 1 ? Int(bytes[at]) : bytes.bigEndian16(at: at) & 0xFFFF)
        return at <= bytes.count
    }
}
