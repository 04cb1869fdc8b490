import Testing
import Vocabulary

@testable import Streams

private let hello = Array("hello".utf8)
private let inner = Envelope.inner
private let frame = Envelope.frame

@Suite struct DecoderTests {
    @Test func everyHeaderFieldOfPlainTCP() {
        var decoder = TestDecoder()
        for (options, stamp) in [([UInt8](), UInt32(0)), (Build.timestamps, UInt32(77))] {
            let got = decoder.decode(Build.ethernet(Build.ipv4(Build.tcp(options: options)) + [0, 0, 0]))
            let headers = got.headers
            #expect(got.outcome == .tcp && got.payload == hello && headers.payloadLength == 5)
            #expect("\(headers.source) \(headers.destination)" == "10.0.0.1 10.0.0.2")
            #expect(headers.sourcePort == 40_000 && headers.destinationPort == 9092)
            #expect(headers.sequence == 1000 && headers.acknowledgement == 2000 && headers.window == 512)
            #expect(headers.flags == [.ack, .push] && headers.ttl == 64 && headers.ipID == 99)
            #expect(headers.hasTimestamp == (stamp != 0) && headers.timestamp == stamp)
            #expect(headers.hasOptions == (stamp != 0) && headers.windowScale == 255)
        }
    }

    @Test func optionsOfASyn() {
        var decoder = TestDecoder()
        let options: [UInt8] = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7]
        let got = decoder.decode(Build.ethernet(Build.ipv4(Build.tcp([], flags: 2, options: options))))
        #expect(got.headers.windowScale == 7 && got.headers.timestamp == 9 && got.headers.flags == .syn)
    }

    @Test(arguments: Envelope.all)
    func everyEnvelope(envelope: Envelope) {
        let (link, bytes) = (envelope.link, envelope.bytes)
        var decoder = TestDecoder()
        let got = decoder.decode(bytes, link: link)
        #expect(got.outcome == .tcp && got.payload == hello && got.headers.destinationPort == 9092)
        #expect("\(got.headers.source)" == "10.0.0.1")
        for end in 0..<bytes.count { _ = decoder.decode(Array(bytes[..<end]), link: link, wire: bytes.count) }
    }

    @Test func ipv6AndItsExtensions() {
        var decoder = TestDecoder()
        var extensions: [UInt8] = [43, 0, 0, 0, 0, 0, 0, 0]
        extensions += [51, 0, 0, 0, 0, 0, 0, 0]
        extensions += [60, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        extensions += [44, 0, 0, 0, 0, 0, 0, 0]
        extensions += [6, 0, 0, 0, 0, 0, 0, 1]
        for packet in [Build.ipv6(Build.tcp()), Build.ipv6(extensions + Build.tcp(), next: 0)] {
            let got = decoder.decode(packet, link: 229)
            #expect(got.outcome == .tcp && got.payload == hello && "\(got.headers.source)" == "2000::1")
            #expect(got.headers.ipID == -1 && got.headers.ttl == 60)
        }
        #expect(decoder.decode(Build.ipv6(Build.tcp(), length: 0), link: 101).payload == hello)
    }

    @Test func lengthZeroIsOffload() {
        var decoder = TestDecoder()
        let got = decoder.decode(Build.ethernet(Build.ipv4(Build.tcp(), total: 0)))
        #expect(got.outcome == .tcp && got.payload == hello)
    }

    @Test(arguments: [[UInt8](), Build.timestamps])
    func cutAtEveryByte(options: [UInt8]) {
        var decoder = TestDecoder()
        let whole = Build.ethernet(Build.ipv4(Build.tcp(options: options)))
        for end in 0..<whole.count {
            let got = decoder.decode(Array(whole[..<end]), wire: whole.count)
            #expect(got.outcome == (end < 54 ? .truncated : .tcp))
            if end >= 54 { #expect(got.headers.payloadLength == 5) }
            #expect(got.payload == Array(hello.prefix(max(0, end - 54 - options.count))))
        }
    }

    @Test func outcomesDiffer() {
        var decoder = TestDecoder()
        #expect(decoder.decode(frame, link: 9999).outcome == .unknownLinkType)
        #expect(decoder.decode(Build.ethernet([0, 1], type: 0x0806)).outcome == .notIP)
        #expect(decoder.decode(Build.ethernet(Build.ipv4([1], protocol: 89))).outcome == .otherIP)
        #expect(decoder.decode(Build.ethernet(Build.ipv4([], total: 10))).outcome == .malformed)
        #expect(decoder.decode(Build.ethernet([0x45, 0])).outcome == .malformed)
        let udp = decoder.decode(Build.ethernet(Build.ipv4(Build.udp([1, 2], port: 53), protocol: 17)))
        #expect(udp.outcome == .udp && udp.payload == [1, 2] && udp.headers.destinationPort == 53)
        let deep = (0..<40).reduce(inner) { packet, _ in Build.ipv4(packet, protocol: 4) }
        #expect(decoder.decode(Build.ethernet(deep)).outcome == .malformed)
    }

    @Test func errorsQuoteTheirPacket() {
        var decoder = TestDecoder()
        let v4 = decoder.decode(Build.ethernet(Build.ipv4([3, 1, 0, 0, 0, 0, 0, 0] + inner.prefix(28), protocol: 1)))
        #expect(v4.outcome == .icmpError && v4.headers.icmpType == 3 && v4.headers.icmpCode == 1)
        #expect(v4.headers.destinationPort == 9092 && v4.headers.sequence == 1000)
        let v6 = decoder.decode(Build.ipv6([1, 4, 0, 0, 0, 0, 0, 0] + Build.ipv6(Build.tcp()), next: 58), link: 101)
        #expect(v6.outcome == .icmpError && v6.headers.icmpCode == 4 && "\(v6.headers.icmpSender)" == "2000::1")
        #expect(decoder.decode(Build.ethernet(Build.ipv4([8, 0, 0, 0, 0, 0, 0, 0], protocol: 1))).outcome == .otherIP)
    }

    @Test func randomBytesNeverTrap() {
        var decoder = TestDecoder()
        var state: UInt64 = 7
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 40)
        }
        let tunnel = Build.ethernet(Build.ipv4(Build.udp([8, 0, 0, 0, 0, 0, 5, 0] + frame, port: 4789), protocol: 17))
        let seeds = [frame, tunnel, Build.ethernet(Build.ipv6(Build.tcp(), next: 0), type: 0x86DD)]
        let links: [UInt16] = [1, 0, 101, 113, 276]
        for _ in 0..<20_000 {
            var bytes = seeds[next() % seeds.count]
            for _ in 0..<next() % 6 { bytes[next() % bytes.count] = UInt8(next() & 255) }
            bytes.removeLast(next() % (bytes.count / 2))
            _ = decoder.decode(bytes, link: links[next() % 8 % links.count], wire: bytes.count + next() % 40)
        }
    }
}
