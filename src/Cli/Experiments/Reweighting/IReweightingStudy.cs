namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>A part of the experiment.</summary>
internal interface IReweightingStudy
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Seeds where none are asked for.</summary>
    int DefaultSeeds { get; }

    /// <summary>Refuses what it cannot run on, before anything is run.</summary>
    /// <exception cref="Commands.UsageException">Its data are not there, or there are too few.</exception>
    void Check(ReweightingStudySettings settings);

    /// <summary>Runs it.</summary>
    /// <param name="settings">On what, and how often.</param>
    /// <param name="say">Receives a line now and then.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="Commands.UsageException">Its data are not there.</exception>
    ReweightingFindings Run(ReweightingStudySettings settings, Action<string> say, CancellationToken cancellation);
}
