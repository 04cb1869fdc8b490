import Foundation
import Testing

/// A mark in every field of every version of every message, and in every other place of a packet: an output shows only what
/// `allowed.txt` has a reason for. `BROKERTAP_RECORD=FILE` writes to `FILE` what is shown, a line a place.
@Suite struct MarkedSecretTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var testDescription: String { name }
        var make: @Sendable (inout Marks) -> [UInt8]
    }

    private static let cases = [
        Case(name: "messages with errors") { MarkedTraffic.messages(errorCode: 29, &$0).file },
        Case(name: "packets") { MarkedTraffic.packets(&$0).file },
        Case(name: "messages") { MarkedTraffic.messages(errorCode: 0, &$0).file },
    ]

    /// By place, the outputs that show it.
    private static func shown(of given: Case) throws -> [String: Set<MarkedOutputs.Name>] {
        var marks = Marks()
        let scratch = try Scratch()
        let path = try scratch.write(given.make(&marks), as: "marked.pcap")
        var shown: [String: Set<MarkedOutputs.Name>] = [:]
        for (name, bytes) in try MarkedOutputs(of: path).all {
            for place in marks.shown(in: bytes) { shown[place, default: []].insert(name) }
        }
        return shown
    }

    /// Messages without errors show little that those with errors do not: they are a part of the long check.
    @Test(arguments: Tier.isFull ? cases : Array(cases.prefix(2)))
    func onlyWhatIsAllowedIsShown(of given: Case) throws {
        let allowed = try AllowedMarks()
        let shown = try Self.shown(of: given)
        for (place, names) in shown.sorted(by: { $0.key < $1.key }) {
            for name in names where !allowed.mayShow(place, in: name) {
                Issue.record("\(name.rawValue) shows \(place)")
            }
        }
        // Were a mark found nowhere, nothing would have been looked for.
        for name: MarkedOutputs.Name in [.text, .json, .html, .stores, .decodeJSON, .facts, .evidence, .ring, .live] {
            #expect(shown.contains { $0.value.contains(name) }, "nothing is seen in \(name.rawValue)")
        }
        try Self.record(shown, of: given)
    }

    @Test func theTableIsInOrder() throws {
        let allowed = try AllowedMarks()
        #expect(allowed.faults.isEmpty)
        #expect(allowed.outputs.count > 500)
    }

    /// Of what is hidden by its kind no output shows anything, whatever the table says.
    @Test func theTableAllowsNoSecret() throws {
        let secrets = [
            "password", "proof", "salt", "AuthBytes", "Hmac", "Salt", "SaltedPassword", "RequestData", "ResponseData",
            ".key", ".value", ".header value", "nonce", "signature", "GSSAPI", "trailer", "TCP option", "IPv4 option",
            "behind the last field", "HTTP",
        ]
        for (place, names) in try AllowedMarks().outputs {
            #expect(!secrets.contains { place.hasSuffix($0) || place.hasPrefix($0) }, "\(place): \(names)")
        }
    }

    private static func record(_ shown: [String: Set<MarkedOutputs.Name>], of given: Case) throws {
        guard let file = ProcessInfo.processInfo.environment["BROKERTAP_RECORD"], file.contains("/") else { return }
        let lines = shown.sorted { $0.key < $1.key }
            .map { "\($0.key)\t\($0.value.map(\.rawValue).sorted().joined(separator: " "))" }
        let path = file + given.name.replacing(" ", with: "-")
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
