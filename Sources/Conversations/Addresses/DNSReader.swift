import Streams
import Vocabulary

/// Reads DNS questions and answers (RFC 1035) as far as addresses of names go.
struct DNSReader {
    private struct Key: Hashable {
        var client: IPAddress
        var name: StringID
        var type: UInt16
        var code: UInt8?
    }

    private var places: [Key: Int] = [:]
    /// The last messages, to know again what the capture holds twice.
    private var recent: [(id: Int, source: Endpoint, destination: Endpoint, time: CaptureTime)] = []
    private static let recentKept = 16
    /// Answers to nothing that had been asked: their questions may be captured a moment later.
    private var ahead: [(question: Key, id: Int, code: UInt8, addresses: [IPAddress], time: CaptureTime)] = []
    /// Rows that found no room since the last sweep, and how many make it worth another.
    private var turnedAway = 0
    private var sweepAfter = 1
    private static let twiceWithin = Span.milliseconds(5)
    /// A message is at most 64 KiB, and a name at most 255 bytes; compression pointers are followed so often at most.
    private static let pointerLimit = 32
    private static let recordLimit = 64

    mutating func read(_ datagram: Datagram, into file: CaseFile) {
        let bytes = UnsafeBufferPointer(start: datagram.bytes, count: datagram.captured)
        guard bytes.count >= 12, !isRepeated(datagram, id: bytes.bigEndian16(at: 0)) else { return }
        let flags = bytes.bigEndian16(at: 2)
        let isResponse = flags & 0x8000 != 0
        guard (flags >> 11) & 15 == 0, bytes.bigEndian16(at: 4) == 1 else { return }
        var at = 12
        guard let name = Self.name(bytes, at: &at) ?? Self.cutReverseName(bytes, at: &at, isResponse), !name.isEmpty
        else { return }
        // Only names of addresses end like that: a snap length may cut the type.
        let isReverse = name.hasSuffix(".in-addr.arpa") || name.hasSuffix(".ip6.arpa")
        guard at + 4 <= bytes.count || isReverse && !isResponse else { return }
        let type = at + 4 <= bytes.count ? UInt16(truncatingIfNeeded: bytes.bigEndian16(at: at)) : 12
        guard type == 1 || type == 12 || type == 28 else { return }
        at += 4
        let id = file.strings.intern(name)
        guard !id.isNone else { return }
        if isResponse {
            let (answers, isWhole) = Self.answers(bytes, at: at, count: bytes.bigEndian16(at: 6))
            let code = UInt8(flags & 15), isShortened = flags & 0x0200 != 0
            // That a name has no address is known only from an answer that can be read to its end.
            if code == 0, answers.isEmpty, !isWhole || isShortened { return }
            for address in answers { file.addresses.learn(name: name, of: address) }
            let key = Key(client: datagram.destination.address, name: id, type: type, code: code)
            let question = Key(client: key.client, name: id, type: type, code: nil)
            let asked = places[question]
            if asked.map({ file.addresses.dns[$0].waitsSince == nil }) ?? true {
                if ahead.count == Self.recentKept { ahead.removeFirst() }
                ahead.append((question, bytes.bigEndian16(at: 0), code, answers, datagram.time))
            }
            if let asked { file.addresses.dns[asked].answer(code, answers, at: datagram.time, datagram.frame) }
            note(key, answers, bytes.bigEndian16(at: 0), datagram, file)
        } else {
            let key = Key(client: datagram.source.address, name: id, type: type, code: nil)
            note(key, [], bytes.bigEndian16(at: 0), datagram, file)
            answerAtOnce(key, bytes.bigEndian16(at: 0), datagram, file)
        }
    }

    /// A question whose answer was captured a moment before it, by another queue of the card, does not wait.
    private mutating func answerAtOnce(_ question: Key, _ id: Int, _ datagram: Datagram, _ file: CaseFile) {
        guard let at = places[question],
            let place = ahead.firstIndex(where: {
                $0.id == id && $0.question == question
                    && datagram.time.since($0.time).distanceFromZero <= Self.aheadWithin
            })
        else { return }
        let answer = ahead.remove(at: place)
        file.addresses.dns[at].answer(answer.code, answer.addresses, at: datagram.time, datagram.frame)
    }
    private static let aheadWithin = Span.milliseconds(10)

    /// The same message again within a moment: two interfaces, or both sides of a host.
    private mutating func isRepeated(_ datagram: Datagram, id: Int) -> Bool {
        let isKnown = recent.contains {
            $0.id == id && $0.source == datagram.source && $0.destination == datagram.destination
                && datagram.time.since($0.time).distanceFromZero <= Self.twiceWithin
        }
        if isKnown { return true }
        if recent.count == Self.recentKept { recent.removeFirst() }
        recent.append((id, datagram.source, datagram.destination, datagram.time))
        return false
    }

    private mutating func note(
        _ key: Key, _ addresses: [IPAddress], _ id: Int, _ datagram: Datagram, _ file: CaseFile
    ) {
        guard let at = places[key] else {
            let answer = DNSAnswer(
                client: key.client, name: key.name, type: key.type, code: key.code, addresses: addresses,
                firstTime: datagram.time, lastTime: datagram.time, frames: [datagram.frame], lastId: id)
            if file.addresses.dns.isFull { makeRoom(in: file) }
            if file.addresses.dns.append(answer) { places[key] = file.addresses.dns.count - 1 }
            return
        }
        file.addresses.dns[at].add(addresses, id: id, at: datagram.time, datagram.frame)
    }

    /// Drops what was last asked or answered before a moment.
    mutating func forget(before time: CaptureTime, in file: CaseFile) {
        guard file.addresses.dns.contains(where: { $0.lastTime < time }) else { return }
        file.addresses.dns.removeAll { $0.lastTime < time }
        findPlaces(in: file)
    }

    /// Of names that no broker gave out, those go first that were looked up longest ago and led somewhere, or were asked for
    /// in vain only once or twice: no verdict rests on them. A sweep looks at all rows, so there is one for many new ones.
    private mutating func makeRoom(in file: CaseFile) {
        turnedAway += 1
        guard turnedAway >= sweepAfter else { return }
        (turnedAway, sweepAfter) = (0, max(1, file.addresses.dns.count / 8))
        let givenOut = Set(file.addresses.claims.compactMap { file.text($0.host)?.lowercased().droppingFinalDot })
        func isSpare(_ row: DNSAnswer) -> Bool {
            let isAskedInVain = row.code == nil ? row.vain != nil : row.addresses.isEmpty
            return (!isAskedInVain || row.count <= Self.askedOnceOrTwice)
                && !givenOut.contains(file.text(row.name) ?? "")
        }
        let latest = file.addresses.dns.filter(isSpare).map(\.lastTime).sorted()
        guard let middle = latest.isEmpty ? nil : latest[latest.count / 2] else { return }
        file.addresses.dns.leaveOut { $0.lastTime <= middle && isSpare($0) }
        findPlaces(in: file)
    }
    private static let askedOnceOrTwice = 2

    private mutating func findPlaces(in file: CaseFile) {
        places.removeAll(keepingCapacity: true)
        for (place, answer) in file.addresses.dns.enumerated() {
            places[Key(client: answer.client, name: answer.name, type: answer.type, code: answer.code)] = place
        }
    }

    /// The name at `at`, in lower case; nil where it runs out of the message. `at` then stands behind it.
    private static func name(_ bytes: UnsafeBufferPointer<UInt8>, at: inout Int) -> String? {
        var labels: [UInt8] = []
        var position = at
        var pointers = 0
        while position < bytes.count {
            let length = Int(bytes[position])
            if length == 0 {
                if pointers == 0 { at = position + 1 }
                return String(decoding: labels, as: UTF8.self)
            }
            if length >= 0xC0 {
                guard position + 1 < bytes.count, pointers < pointerLimit else { return nil }
                if pointers == 0 { at = position + 2 }
                pointers += 1
                position = (length & 0x3F) << 8 | Int(bytes[position + 1])
                continue
            }
            guard length < 64, position + 1 + length <= bytes.count, labels.count + length < 256 else { return nil }
            if !labels.isEmpty { labels.append(UInt8(ascii: ".")) }
            labels += bytes[(position + 1)...(position + length)].map { (65...90).contains($0) ? $0 + 32 : $0 }
            position += 1 + length
        }
        return nil
    }

    /// A question for the name of an address, of which the snap length left the first labels: bytes of IPv4 in decimal digits,
    /// halves of bytes of IPv6 in hexadecimal ones. Whose address it is cannot be told.
    private static func cutReverseName(_ bytes: UnsafeBufferPointer<UInt8>, at: inout Int, _ isResponse: Bool)
        -> String?
    {
        var labels = 0
        while !isResponse, at < bytes.count {
            let end = at + 1 + Int(bytes[at])
            guard end <= bytes.count else { break }
            let label = bytes[(at + 1)..<end]
            if reverseZones.contains(where: label.elementsEqual) { break }
            guard (1...3).contains(label.count), label.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit })
            else {
                return nil
            }
            (at, labels) = (end, labels + 1)
        }
        at = bytes.count
        return labels >= 3 ? "cut.ip6.arpa" : nil
    }

    private static let reverseZones = ["in-addr", "ip6"].map { Array($0.utf8) }

    private static func answers(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, count: Int) -> (
        found: [IPAddress], isWhole: Bool
    ) {
        var at = start
        var found: [IPAddress] = []
        for _ in 0..<min(max(0, count), recordLimit) {
            guard name(bytes, at: &at) != nil, at + 10 <= bytes.count else { return (found, false) }
            let type = bytes.bigEndian16(at: at)
            let length = bytes.bigEndian16(at: at + 8) & 0xFFFF
            at += 10
            guard at + length <= bytes.count else { return (found, false) }
            if type == 1, length == 4 {
                found.append(IPAddress(v4: UInt32(truncatingIfNeeded: bytes.bigEndian32(at: at))))
            } else if type == 28, length == 16 {
                found.append(IPAddress(v6High: bytes.bigEndian64(at: at), low: bytes.bigEndian64(at: at + 8)))
            }
            at += length
        }
        return (found, (0...recordLimit).contains(count))
    }
}

extension UnsafeBufferPointer<UInt8> {
    fileprivate func bigEndian64(at: Int) -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: bigEndian32(at: at))) << 32
            | UInt64(UInt32(truncatingIfNeeded: bigEndian32(at: at + 4)))
    }
}
