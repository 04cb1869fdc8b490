/// Offered versions, each different set kept once: thousands of connections share the few that a cluster has.
struct OfferTable {
    private var known: [OfferedVersions] = []
    private static let limit = 256
    /// APIs that brokers here list and that are far above Kafka's own: a vendor's. Of a limited number.
    private(set) var vendors: [Int16: ClosedRange<Int16>] = [:]
    private static let vendorLimit = 1024

    mutating func shared(_ ranges: [Int16: ClosedRange<Int16>]) -> OfferedVersions {
        if let same = known.first(where: { $0.ranges == ranges }) { return same }
        let new = OfferedVersions(ranges: ranges)
        if known.count < Self.limit { known.append(new) }
        for (api, versions) in ranges where api > RequestHeaderShape.greatestKey {
            let low = min(versions.lowerBound, vendors[api]?.lowerBound ?? versions.lowerBound)
            let high = max(versions.upperBound, vendors[api]?.upperBound ?? versions.upperBound)
            if vendors[api] != nil || vendors.count < Self.vendorLimit { vendors[api] = low...high }
        }
        return new
    }

    /// Whether a broker here listed a vendor's API in that version.
    func listsVendors(_ api: Int, version: Int) -> Bool {
        guard api > RequestHeaderShape.greatestKey, let api = Int16(exactly: api), let version = Int16(exactly: version)
        else { return false }
        return vendors[api]?.contains(version) ?? false
    }
}
