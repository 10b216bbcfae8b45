namespace StreamLearn.Simulation.Networks;

/// <summary>The built-in backbone: the cities and cables of the public Abilene map.</summary>
internal static class AbileneBackbone
{
    /// <summary>Line rate in kbit/s: 10 Gbit/s.</summary>
    private const double Capacity = 10e6;

    /// <summary>
    /// Routers with the size of their site (population of the metropolitan area in millions; the second Atlanta router is a
    /// small exchange) and its standard time, hours from UTC.
    /// </summary>
    public static readonly (string Name, TrafficSite Site)[] Routers =
    [
        ("ATLA-M5", new(0.15, TimeSpan.FromHours(-5))),
        ("ATLAng", new(4.7, TimeSpan.FromHours(-5))),
        ("CHINng", new(9.4, TimeSpan.FromHours(-6))),
        ("DNVRng", new(2.3, TimeSpan.FromHours(-7))),
        ("HSTNng", new(5.2, TimeSpan.FromHours(-6))),
        ("IPLSng", new(1.6, TimeSpan.FromHours(-5))),
        ("KSCYng", new(1.9, TimeSpan.FromHours(-6))),
        ("LOSAng", new(12.8, TimeSpan.FromHours(-8))),
        ("NYCMng", new(18.7, TimeSpan.FromHours(-5))),
        ("SNVAng", new(7.0, TimeSpan.FromHours(-8))),
        ("STTLng", new(3.2, TimeSpan.FromHours(-8))),
        ("WASHng", new(5.2, TimeSpan.FromHours(-5))),
    ];

    /// <summary>Cables as great-circle distances between the city centres, km; the two Atlanta routers share a building.</summary>
    private static readonly (string From, string To, double Kilometres)[] Cables =
    [
        ("ATLA-M5", "ATLAng", 1),
        ("STTLng", "SNVAng", 1139),
        ("STTLng", "DNVRng", 1641),
        ("SNVAng", "LOSAng", 504),
        ("SNVAng", "DNVRng", 1503),
        ("LOSAng", "HSTNng", 2206),
        ("DNVRng", "KSCYng", 897),
        ("KSCYng", "HSTNng", 1041),
        ("KSCYng", "IPLSng", 727),
        ("HSTNng", "ATLAng", 1128),
        ("IPLSng", "CHINng", 265),
        ("IPLSng", "ATLAng", 688),
        ("CHINng", "NYCMng", 1144),
        ("NYCMng", "WASHng", 327),
        ("WASHng", "ATLAng", 873),
    ];

    public static Topology Build() => Topology.OfCables(Array.ConvertAll(Routers, router => router.Name), Cables, Capacity);
}
