using System.Runtime.InteropServices;

namespace StreamLearn.Cli.Commands;

/// <summary>Ctrl-C and termination as a token, so that commands end in order. A second Ctrl-C ends the program at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    internal Interruption()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>Ends when a signal has come.</summary>
    internal Task Requested
    {
        get
        {
            var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Token.Register(requested.SetResult);
            return requested.Task;
        }
    }

    /// <summary>Whether somebody pressed Ctrl-C, rather than ended a service in order.</summary>
    internal bool ByUser { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        ByUser = context.Signal == PosixSignal.SIGINT;
        _source.Cancel();
    }
}
