namespace StreamLearn.Actors.Pipelines;

/// <summary>The stored state of a pipeline does not fit its settings. The message names both values of each that has changed.</summary>
public sealed class StateMismatchException(string pipeline, IEnumerable<SettingDifference> changed, string reason)
    : Exception(
        $"The stored state of pipeline {pipeline} does not fit its settings: {string.Join("; ", changed)}. {reason}. Expected the settings that the "
        + "state was made with; or rebuild it from the log with 'streamlearn replay', or give the pipeline another name.");
