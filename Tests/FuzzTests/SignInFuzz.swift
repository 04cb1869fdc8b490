import Vocabulary

@testable import Conversations

/// Tokens of sign-ins, alone: what is read of them, and what of them is shown.
enum SignInFuzz {
    private static let mechanisms = ["PLAIN", "SCRAM-SHA-256", "OAUTHBEARER", "GSSAPI", "AWS_MSK_IAM"]

    /// A byte for the mechanism, then the token.
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let what = input.byte()
        let mechanism = mechanisms[what % mechanisms.count]
        let token = input.all()
        let identity = TokenIdentity.read(token, mechanism: mechanism)
        let harmless = HarmlessToken.of(token, mechanism: mechanism, isClients: what & 128 != 0)
        if harmless.count != token.count { FuzzTarget.fail("a token of another length") }
        if what & 128 != 0, harmless.contains(where: { $0 != 0xFF }), harmless != token,
            TokenIdentity.read(harmless, mechanism: mechanism) != identity
        {
            FuzzTarget.fail("another identity")
        }
        if let reason = ScramRefusal.reason(token), reason.utf8.count > 40 { FuzzTarget.fail("a refusal of its own") }
        token.withUnsafeBufferPointer { token in
            _ = KerberosReader(token)
            for range in ShownKerberos.ranges(token) where range.upperBound > token.count {
                FuzzTarget.fail("more shown than there is")
            }
            readProxyHeader(token)
        }
    }

    private static func readProxyHeader(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard ProxyHeader.begins(bytes), let length = ProxyHeader.length(bytes), length <= bytes.count else { return }
        let header = UnsafeBufferPointer(rebasing: bytes[..<length])
        _ = ProxyHeader.source(header)
        guard let addresses = ProxyHeader.binaryAddresses(Array(header)) else { return }
        if addresses.places.contains(where: { $0 + addresses.bytes > length }) {
            FuzzTarget.fail("an address beyond its header")
        }
    }
}
