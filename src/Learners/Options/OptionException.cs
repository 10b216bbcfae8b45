namespace StreamLearn.Learners.Options;

/// <summary>A setting with a value that cannot be used. The message names its path, what it is and what was expected.</summary>
public sealed class OptionException(string path, string actual, string expected)
    : Exception($"{path} is {actual}; expected {expected}.")
{
    /// <summary>The setting, e.g. <c>streamlearn.pipelines.link-load.learner.lags</c>.</summary>
    public string Path { get; } = path;

    /// <summary>What a usable value is, in words.</summary>
    public string Expected { get; } = expected;
}
