using Spectre.Console;
using Spectre.Console.Rendering;

namespace StreamLearn.Cli.Output;

/// <summary>Something that is drawn again and again on a terminal; a line now and then where there is none.</summary>
/// <param name="time">Clock of the display.</param>
/// <param name="draw">What is drawn; null: what there is stays.</param>
/// <param name="line">The line.</param>
internal sealed class LiveDisplay(TimeProvider time, Func<Task<IRenderable?>> draw, Func<string> line)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(10);

    /// <summary>Shows it until <paramref name="until"/> ends.</summary>
    internal async Task ShowAsync(Task until)
    {
        if (People.CanDraw)
        {
            await People.Console.Live(new Text("starting")).StartAsync(context => LoopAsync(until, Redraw, async () =>
            {
                if (await draw() is { } drawn)
                {
                    context.UpdateTarget(drawn);
                }
            }));
        }
        else
        {
            await LoopAsync(until, SayAgain, () =>
            {
                People.Say(line());
                return Task.CompletedTask;
            });
        }
    }

    private async Task LoopAsync(Task until, TimeSpan every, Func<Task> show)
    {
        while (!until.IsCompleted)
        {
            await Task.WhenAny(until, Task.Delay(every, time));
            if (!until.IsCompleted)
            {
                await show();
            }
        }
    }
}
