import Testing

@testable import TLS

/// Known answers of the key schedules.
@Suite struct KeyScheduleTests {
    /// RFC 8448, section 3: the server's handshake traffic secret, its key and nonce.
    @Test func handshakeKeysOfRFC8448() throws {
        let secret = try secret("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
        let key = try #require(KeyDerivation.expandLabel(secret, "key", digest: .sha256, count: 16))
        let iv = try #require(KeyDerivation.expandLabel(secret, "iv", digest: .sha256, count: 12))
        #expect(Array(key.bytes) == hex("3fce516009c21727d0f2e4e86ee403bc"))
        #expect(Array(iv.bytes) == hex("5d313eb2671276ee13000b30"))
    }

    /// RFC 8448, section 3: application traffic keys of the server.
    @Test func applicationKeysOfRFC8448() throws {
        let secret = try secret("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643")
        let key = try #require(KeyDerivation.expandLabel(secret, "key", digest: .sha256, count: 16))
        let iv = try #require(KeyDerivation.expandLabel(secret, "iv", digest: .sha256, count: 12))
        #expect(Array(key.bytes) == hex("9f02283b6c9c07efc26bb9f2ac92e356"))
        #expect(Array(iv.bytes) == hex("cf782b88dd83549aadf1e984"))
    }

    /// The test vector of the TLS 1.2 PRF with SHA-256 that was published on the IETF's TLS list.
    @Test func prfOfTLS12() throws {
        let secret = try secret("9bbe436ba940f017b17652849a71db35")
        let seed = hex("a0ba9f936cda311827a6f796ffd5198c")
        let output = try #require(
            KeyDerivation.prf(secret, "test label", seed: seed, digest: .sha256, count: 100))
        #expect(
            Array(output.bytes)
                == hex(
                    "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa0"
                        + "22f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66"
                ))
    }

    private func secret(_ digits: String) throws -> Secret { Secret(hex(digits)) }
}

func hex(_ digits: String) -> [UInt8] { Hex.bytes(Array(digits.utf8)[...]) ?? [] }
