/// SHA-256 (FIPS 180-4), to check the page's policy against the page itself.
enum SHA256 {
    static func base64(_ message: [UInt8]) -> String {
        var state: [UInt32] = squareRoots
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count * 8)
        padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
        for start in stride(from: 0, to: padded.count, by: 64) { mix(padded[start..<start + 64], &state) }
        let digest = state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
        return base64Text(digest)
    }

    private static let primes = (2...311).filter { n in !(2..<n).contains { n % $0 == 0 } }
    private static let squareRoots = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
    private static let cubeRoots = primes.prefix(64).map { fraction(cubeRoot(Double($0))) }

    private static func fraction(_ value: Double) -> UInt32 { UInt32((value - value.rounded(.down)) * 4_294_967_296) }

    private static func cubeRoot(_ value: Double) -> Double {
        (0..<60).reduce(value) { root, _ in root - (root * root * root - value) / (3 * root * root) }
    }

    private static func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }

    private static func mix(_ block: ArraySlice<UInt8>, _ state: inout [UInt32]) {
        var words = (0..<16).map { i in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[block.startIndex + i * 4 + $1]) }
        }
        for i in 16..<64 {
            let (a, b) = (words[i - 15], words[i - 2])
            let low = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
            let high = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
            words.append(words[i - 16] &+ low &+ words[i - 7] &+ high)
        }
        var v = state
        for i in 0..<64 {
            let s1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
            let first = v[7] &+ s1 &+ (v[4] & v[5] ^ ~v[4] & v[6]) &+ cubeRoots[i] &+ words[i]
            let s0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
            let second = s0 &+ (v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2])
            v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for i in 0..<8 { state[i] &+= v[i] }
    }

    private static func base64Text(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let text = stride(from: 0, to: bytes.count, by: 3).map { i -> String in
            let part = Array(bytes[i..<min(i + 3, bytes.count)])
            let word = (0..<3).reduce(0) { $0 << 8 | ($1 < part.count ? Int(part[$1]) : 0) }
            let all = (0..<4).map { digits[word >> (18 - 6 * $0) & 63] }
            return String(all.prefix(part.count + 1)) + String(repeating: "=", count: 3 - part.count)
        }
        return text.joined()
    }
}
