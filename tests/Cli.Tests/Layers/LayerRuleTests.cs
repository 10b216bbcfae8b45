using System.Reflection;
using System.Xml.Linq;

namespace StreamLearn.Cli.Tests.Layers;

/// <summary>The design's section "Layers": who may use whom, from what projects say and from what their assemblies do.</summary>
public sealed class LayerRuleTests
{
    /// <summary>Direct references; a layer may use what lies below those too.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Learners"] = [],
        ["Simulation"] = ["Learners"],
        ["Streams"] = ["Learners"],
        ["Actors"] = ["Streams", "Learners"],
        ["Cluster"] = ["Actors"],
        ["Cli"] = ["Cluster", "Simulation"],
    };

    /// <summary>Packages; those of the layers below come with them. System.IO.Hashing has the XxHash that buckets and features are hashed with.</summary>
    private static readonly Dictionary<string, string[]> MayTake = new()
    {
        ["Learners"] = ["$(TorchPackage)", "System.Numerics.Tensors", "MessagePack", "Microsoft.ML.Tokenizers"],
        ["Simulation"] = [],
        ["Streams"] = ["Akka.Streams", "Confluent.Kafka", "Microsoft.Extensions.Http.Resilience", "System.IO.Hashing"],
        ["Actors"] = ["Akka", "Akka.Cluster.Sharding", "MessagePack", "Microsoft.Data.Sqlite", "Npgsql", "HdrHistogram"],
        ["Cluster"] = ["Akka.Cluster.Hosting", "OpenTelemetry.Exporter.OpenTelemetryProtocol"],
        ["Cli"] =
        [
            "System.CommandLine", "Microsoft.AspNetCore.OpenApi", "OpenTelemetry.Exporter.Prometheus.AspNetCore", "Spectre.Console", "ScottPlot",
            "SkiaSharp.NativeAssets.Linux.NoDependencies", "Vizor.ECharts",
        ],
    };

    /// <summary>Assemblies outside the framework that only a layer and those above it may touch.</summary>
    private static readonly Dictionary<string, string> LowestLayerOf = new()
    {
        ["TorchSharp"] = "Learners",
        ["MessagePack"] = "Learners",
        ["MessagePack.Annotations"] = "Learners",
        ["System.Numerics.Tensors"] = "Learners",
        ["Microsoft.ML.Tokenizers"] = "Learners",
        ["Akka"] = "Streams",
        ["Akka.Streams"] = "Streams",
        ["Confluent.Kafka"] = "Streams",
        ["Polly.Core"] = "Streams",
        ["Akka.Cluster"] = "Actors",
        ["Akka.Cluster.Sharding"] = "Actors",
        ["System.IO.Hashing"] = "Streams",
        ["Microsoft.Data.Sqlite"] = "Actors",
        ["SQLitePCLRaw.core"] = "Actors",
        ["Npgsql"] = "Actors",
        ["HdrHistogram"] = "Actors",
        ["Akka.Hosting"] = "Cluster",
        ["Akka.Cluster.Hosting"] = "Cluster",
        ["Akka.Remote"] = "Cluster",
        ["Akka.Remote.Hosting"] = "Cluster",
        ["OpenTelemetry"] = "Cluster",
        ["OpenTelemetry.Api"] = "Cluster",
        ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = "Cluster",
        ["OpenTelemetry.Exporter.Prometheus.AspNetCore"] = "Cli",
        ["Microsoft.AspNetCore.OpenApi"] = "Cli",
        ["Microsoft.OpenApi"] = "Cli",
        ["System.CommandLine"] = "Cli",
        ["Spectre.Console"] = "Cli",
        ["Spectre.Console.Ansi"] = "Cli",
        ["ScottPlot"] = "Cli",
    };

    public static TheoryData<string> Layers => [.. MayUse.Keys];

    [Fact]
    public void Given_the_repository_when_its_projects_are_listed_then_the_rule_names_every_one() =>
        Assert.Equal(
            MayUse.Keys.Order(),
            Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [MemberData(nameof(Layers))]
    public void Given_a_project_when_its_references_are_read_then_they_are_the_designs(string layer)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", layer, $"{layer}.csproj"));
        var projects = Includes("ProjectReference").Select(Path.GetFileNameWithoutExtension).ToArray();
        var packages = Includes("PackageReference").ToArray();
        var frameworks = Includes("FrameworkReference").ToArray();

        Assert.All(projects, used => Assert.Contains(used, MayUse[layer]));
        Assert.All(packages, package => Assert.Contains(package, MayTake[layer]));
        Assert.True(frameworks.Length == 0 || layer is "Cluster" or "Cli", $"{layer} uses {string.Join(", ", frameworks)}.");

        IEnumerable<string> Includes(string element) =>
            project.Descendants(element).Select(found => found.Attribute("Include")!.Value.Replace('\\', '/'));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Given_an_assembly_when_its_references_are_read_then_nothing_points_up_or_aside(string layer)
    {
        var below = Below(layer);
        foreach (var reference in Assembly.Load($"StreamLearn.{layer}").GetReferencedAssemblies().Select(name => name.Name!))
        {
            if (reference.StartsWith("StreamLearn.", StringComparison.Ordinal))
            {
                Assert.Contains(reference["StreamLearn.".Length..], below);
            }
            else if (LowestLayerOf.TryGetValue(reference, out var lowest))
            {
                Assert.True(lowest == layer || below.Contains(lowest), $"{layer} uses {reference}, which is for {lowest} and above.");
            }
            else
            {
                Assert.True(IsFramework(reference), $"{layer} uses {reference}, which no layer may.");
            }
        }
    }

    [Theory]
    [InlineData("Learners")]
    [InlineData("Simulation")]
    public void Given_pure_computation_when_its_references_are_read_then_it_knows_no_io_beyond_files_and_no_hosting(string layer) =>
        Assert.DoesNotContain(
            Assembly.Load($"StreamLearn.{layer}").GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("System.Net", StringComparison.Ordinal) || reference.Name.StartsWith("Microsoft.Extensions", StringComparison.Ordinal));

    private static HashSet<string> Below(string layer)
    {
        var below = new HashSet<string>();
        var open = new Stack<string>(MayUse[layer]);
        while (open.TryPop(out var next))
        {
            if (below.Add(next))
            {
                foreach (var further in MayUse[next])
                {
                    open.Push(further);
                }
            }
        }

        return below;
    }

    private static bool IsFramework(string name) =>
        name is "mscorlib" or "netstandard" or "Microsoft.AspNetCore"
        || name.StartsWith("System.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal);
}
