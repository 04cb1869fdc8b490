import Testing
import Vocabulary

@testable import Masking

/// Names in texts and in messages of name servers.
@Suite struct NameMaskTests {
    private static func mask(
        hosts: [String] = [], clients: [String] = [], principals: [String] = [], addresses: [String] = []
    ) -> NameMask {
        let mask = NameMask(limits: Limits())
        hosts.forEach { mask.learn(host: $0.utf8) }
        clients.forEach { mask.learn(client: $0.utf8) }
        principals.forEach { mask.learn(principal: $0.utf8) }
        addresses.forEach { mask.learn(host: $0.utf8) }
        mask.settle()
        return mask
    }

    private static func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func partsOfAHostsNameAreNumbered() {
        let mask = Self.mask(hosts: [
            "orders-1.prod.example.com", "orders-2.prod.example.com", "k-kafka-0.kafka.svc.cluster.local",
        ])
        #expect(Self.string(mask.host("orders-1.prod.example.com".utf8)) == "host0001.h001.host001.com")
        #expect(Self.string(mask.host("ORDERS-2.prod.example.com".utf8)).hasPrefix("host0002.h001."))
        #expect(Self.string(mask.host("k-kafka-0.kafka.svc.cluster.local".utf8)) == "kafka0001.kafka.svc.cluster.local")
        #expect(Self.string(mask.host("localhost".utf8)) == "localhost")
    }

    @Test(arguments: [
        "consumer-billing-1-5f0c2d1e-aaaa", "User:alice is not authorized",
        "orders-1:9092 and 10.1.2.3:9092, [2001:db8::7]:9092.",
        "/10.1.2.3", "alice", "no names here", "", "ends with orders-1.", "a.b.c:d:e@f", "billing-1",
    ])
    func aTextKeepsItsLengthAndLosesItsNames(text: String) {
        let mask = Self.mask(
            hosts: ["orders-1"], clients: ["billing-1"], principals: ["alice"], addresses: ["10.1.2.3", "2001:db8::7"])
        for masked in [mask.text(text.utf8), mask.compound(text.utf8), mask.spoken(text.utf8)] {
            #expect(masked.count == text.utf8.count)
            for name in ["orders-1", "alice", "10.1.2.3", "2001:db8::7"] {
                #expect(!Self.string(masked).contains(name))
            }
        }
        #expect(!Self.string(mask.compound(text.utf8)).contains("billing-1"))
    }

    /// A topic that has the client's id within it is another's name.
    @Test func wordsAreTakenAsAWhole() {
        let mask = Self.mask(clients: ["consumer"])
        #expect(Self.string(mask.text("__consumer_offsets".utf8)) == "__consumer_offsets")
        #expect(Self.string(mask.compound("consumer-7".utf8)) == "client01-7")
    }

    @Test func whatABrokerSaysOfOthersIsHidden() {
        let said = Self.string(Self.mask().spoken("Connection to db7.acme.example:5432 refused for bob@acme".utf8))
        for word in ["db7", "acme", "bob"] { #expect(!said.contains(word)) }
        #expect(said.hasPrefix("Connection to ") && said.contains("refused for"))
    }

    @Test func aliasesAreNoNamesOfTheCapture() {
        let mask = Self.mask(hosts: ["host0001", "orders-1"])
        let aliases = ["host0001", "orders-1"].map { Self.string(mask.host($0.utf8)) }
        #expect(Set(aliases).isDisjoint(with: ["host0001", "orders-1"]))
        #expect(Set(aliases).count == 2)
    }

    @Test func manyShortNamesAreHiddenWhereNoAliasIsLeft() {
        let mask = Self.mask(clients: (0..<300).map { String(UnicodeScalar(UInt8(33 + $0 % 90))) + String($0 / 90) })
        for place in 0..<300 {
            let id = String(UnicodeScalar(UInt8(33 + place % 90))) + String(place / 90)
            #expect(mask.client(id.utf8).count == id.utf8.count)
        }
    }

    @Test func theBoundIsTold() {
        var limits = Limits()
        limits.maskedNames = 1
        let mask = NameMask(limits: limits)
        mask.learn(client: "one".utf8)
        mask.learn(client: "two".utf8)
        mask.settle()
        #expect(mask.trip != nil)
        #expect(Self.string(mask.client("two".utf8)) == "xxx")
    }

    // MARK: Name servers

    /// A question for a name, its alias, and an address.
    private static let answer: [UInt8] =
        [0, 1, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0] + [8] + Array("orders-1".utf8) + [4] + Array("prod".utf8) + [
            0, 0, 1, 0, 1,
        ]
        + [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 7, 4] + Array("pod7".utf8) + [0xC0, 21]
        + [0xC0, 39, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 1, 2, 3]

    @Test func aMessageOfNameServersNamesNobody() {
        let mask = NameMask(limits: Limits())
        NameMessage.learn(Self.answer, by: mask)
        mask.settle()
        var masked = Self.answer
        NameMessage.replace(in: &masked, by: mask)
        #expect(masked.count == Self.answer.count)
        let text = Self.string(masked)
        for name in ["orders-1", "prod", "pod7"] { #expect(!text.contains(name)) }
        #expect(masked.suffix(4) != [10, 1, 2, 3] && masked.suffix(4).first == 10)
    }

    /// Whatever is cut or changed in it.
    @Test func anyBytesAreReadToTheirEnd() {
        let mask = Self.mask()
        for length in 0...Self.answer.count {
            for changed in 0..<length {
                for value: UInt8 in [0, 63, 64, 192, 255] {
                    var message = Array(Self.answer.prefix(length))
                    message[changed] = value
                    NameMessage.learn(message, by: NameMask(limits: Limits()))
                    NameMessage.replace(in: &message, by: mask)
                    #expect(message.count == length)
                }
            }
        }
    }

    @Test(arguments: ["5.4.3.10.in-addr.arpa", IPAddress(v6High: 0x2001_0DB8_0000_0000, low: 7).reverseName])
    func aReverseNameIsThatOfTheAlias(name: String) throws {
        let labels = name.split(separator: ".")
        var message: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in labels { message += [UInt8(label.utf8.count)] + Array(label.utf8) }
        message += [0, 0, 12, 0, 1]
        let mask = NameMask(limits: Limits())
        NameMessage.learn(message, by: mask)
        mask.settle()
        var masked = message
        NameMessage.replace(in: &masked, by: mask)
        let address = try #require(IPAddress(reverseName: name))
        let expected = (mask.alias(address).reversedLabels.map(Self.string) + labels.suffix(2).map(String.init))
        #expect(expected.allSatisfy { Self.string(masked).contains($0) })
        #expect(masked != message)
    }
}

extension IPAddress {
    fileprivate var reverseName: String {
        (reversedLabels.map { String(decoding: $0, as: UTF8.self) } + ["ip6", "arpa"]).joined(separator: ".")
    }
}
