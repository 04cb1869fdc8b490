import Foundation

/// How much a run of the tests takes of what takes long: all in the long check, some of it in any other.
enum Tier {
    static let isFull = ProcessInfo.processInfo.environment["BROKERTAP_FUZZ_ROUNDS"] != nil
}

extension Array {
    /// One of each `step` elements; all in the long check.
    func sampled(oneIn step: Int) -> [Element] {
        Tier.isFull ? self : indices.filter { $0 % step == step / 2 }.map { self[$0] }
    }
}
