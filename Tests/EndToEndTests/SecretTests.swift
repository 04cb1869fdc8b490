import Foundation
import Pipeline
import Testing

/// No output shows what a capture's clients signed in with.
@Suite struct SecretTests {
    /// The lab's passwords, and the beginning of its tokens (a header that all share).
    private static let passwords = [
        "s3cr3t-passw0rd-42", "alice-secret", "wrong-pass", "bob-secret", "eyJhbGciOiJub25lIn0",
    ]

    /// Captures with sign-ins in clear.
    static let captures = Label.all.values.map(\.capture).filter { name in
        ["auth-", "sasl-", "reauth-", "gssapi-"].contains { name.hasPrefix($0) }
    }.sorted()

    @Test func theCapturesHoldSecrets() throws {
        var found: Set<String> = []
        for name in Self.captures { found.formUnion(try Self.secrets(name)) }
        #expect(found.isSuperset(of: ["alice-secret", "wrong-pass", "eyJhbGciOiJub25lIn0"]))
        #expect(found.count > 10)
    }

    @Test(arguments: captures) func noOutputShowsOne(name: String) throws {
        let secrets = try Self.secrets(name)
        let report = try InProcess.report([Repository.capture(name)])
        let outputs = [InProcess.json(report), InProcess.text(report, .init(width: 400, showAll: true))]
        for secret in secrets {
            #expect(!outputs.contains { $0.contains(secret) }, "\(name) gives \(secret.prefix(4))… away")
        }
    }

    /// What keys open is no more told than what was in clear, nor are the keys themselves.
    @Test(arguments: KeyLogs.names) func keysGiveNothingAway(name: String) throws {
        let path = try #require(KeyLogs.path(of: name))
        var options = AnalyzerOptions()
        options.keylog = [path]
        let report = try InProcess.report([Repository.capture(name + ".pcap")], options)
        #expect(report.tool.keysUsed)
        let outputs = [InProcess.json(report), InProcess.text(report, .init(width: 400, showAll: true))]
        let log = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let keys = log.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: " ").last }
        #expect(!keys.isEmpty)
        for secret in Self.passwords + keys.map(String.init) {
            #expect(!outputs.contains { $0.contains(secret) }, "\(name) gives \(secret.prefix(4))… away")
        }
    }

    /// The lab's passwords in the file, and what SCRAM clients sent as proof.
    static func secrets(_ name: String) throws -> [String] {
        let text = try String(
            decoding: Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))), as: Unicode.ASCII.self)
        let proofs = text.matches(of: #/,p=([A-Za-z0-9+\/]{20,}=*)/#).map { String($0.output.1) }
        return passwords.filter(text.contains) + proofs
    }
}
