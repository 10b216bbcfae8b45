namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>How dead letters name the parts of Vowpal Wabbit's text.</summary>
internal static class VwField
{
    internal const string Action = "action";
    internal const string Actions = "actions";
    internal const string Cost = "cost";
    internal const string Features = "features";
    internal const string Probability = "probability";
    internal const string Reward = "reward";
    internal const string Tag = "tag";
}
