using System.Text;
using StreamLearn.Learners.Joining;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;

namespace StreamLearn.Learners.Supervised;

/// <summary>The tasks <c>classify</c> and <c>regress</c>: what is predicted from features, how features and labels that come apart are joined, and what
/// is scored.</summary>
public sealed record SupervisedTask
{
    /// <summary>A class out of several, with probabilities.</summary>
    public const string Classify = "classify";

    /// <summary>A number.</summary>
    public const string Regress = "regress";

    /// <summary>The most classes that there may be.</summary>
    public const int MostClasses = 1024;

    /// <summary>The longest label, in bytes of UTF-8.</summary>
    public const int MostLabelBytes = 128;

    /// <summary>The most features that an example may have.</summary>
    public const int MostFeatures = 65_536;

    /// <summary>How configuration names it: <see cref="Classify"/> or <see cref="Regress"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether classes are predicted.</summary>
    public bool IsClassification => Name == Classify;

    /// <summary>Numbers of an example.</summary>
    public int Features { get; init; } = 1;

    /// <summary>What the features are, as whoever reads them names them: learners of others are of no use.</summary>
    public string FeatureNames { get; init; } = "";

    /// <summary>The labels of all classes, where they are known; empty: labels grow as they come, those of each key by themselves.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Where labels grow: the most classes of a key. Default 100.</summary>
    public int MaxClasses { get; init; } = 100;

    /// <summary>Whether labels come by themselves, and features with an id wait for theirs. Else each record brings its label, or none is known: nothing
    /// waits, and ids tell labelled records that come again. Default true.</summary>
    public bool LabelsComeApart { get; init; } = true;

    /// <summary>How features and labels that come apart come together.</summary>
    public JoinOptions Join { get; init; } = new();

    /// <summary>Which predictions are scored and over which past.</summary>
    public ScoringOptions Scoring { get; init; } = new();

    /// <summary>Whether all classes are known from the start.</summary>
    public bool HasFixedClasses => Classes.Count > 0;

    /// <summary>The most classes that predictions may have; 0: they are numbers.</summary>
    internal int LargestClasses => !IsClassification ? 0 : HasFixedClasses ? Classes.Count : MaxClasses;

    /// <summary>What features and labels mean: what a stored state is compared by.</summary>
    internal string Meaning => FormattableString.Invariant($"{Name} of {Features} features [{FeatureNames}], classes [{string.Join('\n', Classes)}]");

    /// <summary>Checks the settings against each other.</summary>
    /// <exception cref="OptionException">One of them cannot be used.</exception>
    public SupervisedTask Validate(string path = "task")
    {
        Require(Name is Classify or Regress, "kind", Name, $"{Classify} or {Regress}");
        Require(Features is >= 1 and <= MostFeatures, "features", FormattableString.Invariant($"{Features}"), "from 1 to 65536 features");
        Require(
            IsClassification ? Classes.Count is not 1 && Classes.Count <= MostClasses : Classes.Count == 0, "classes", $"[{string.Join(", ", Classes)}]",
            IsClassification ? "2 to 1024 labels; none where they grow as they come" : $"none: the task {Regress} predicts numbers");
        Require(
            Classes.All(label => Encoding.UTF8.GetByteCount(label) is >= 1 and <= MostLabelBytes)
            && Classes.Distinct(StringComparer.Ordinal).Count() == Classes.Count,
            "classes", $"[{string.Join(", ", Classes)}]", "labels of 1 to 128 bytes, each once");
        Require(MaxClasses is >= 2 and <= MostClasses, "max-classes", FormattableString.Invariant($"{MaxClasses}"), "a number of classes from 2 to 1024");
        Join.Validate(path, "label-ttl");
        Require(double.IsNaN(Join.Missing), "missing", FormattableString.Invariant($"{Join.Missing}"), "drop: a label that does not come is not learned");
        Scoring.Validate($"{path}.scoring");
        return this;

        void Require(bool holds, string name, string actual, string expected)
        {
            if (!holds)
            {
                throw new OptionException($"{path}.{name}", actual, expected);
            }
        }
    }
}
