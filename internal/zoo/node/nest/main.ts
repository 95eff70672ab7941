// Items and tasks with NestJS on Express, bodies checked by class-validator.
//
// What it chooses where the contract leaves a choice: POST on an existing key or id is refused with 409; members that it does
// not know are refused with 400; a PUT may leave out "complete"; cors answers OPTIONS; a write answers with the new state, a
// DELETE with nothing; an error has its status beside its text; tasks are listed by their ids; Location has no host.
import 'reflect-metadata'
import {
  ArgumentsHost, BadRequestException, Body, Catch, ConflictException, Controller, Delete, ExceptionFilter, Get, HttpCode,
  HttpException, Injectable, MethodNotAllowedException, Module, NotFoundException, Param, Post, Put, Res,
  UnsupportedMediaTypeException, ValidationPipe,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { IsBoolean, IsDefined, IsString, ValidateIf } from 'class-validator'
import compression from 'compression'
import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import helmet from 'helmet'

class ItemDto {
  @ValidateIf((body) => !Object.hasOwn(body, 'value'))
  @IsDefined({ message: 'value is missing' })
  value: unknown
}
class NewTaskDto {
  @IsString() description: string
}
class ChangeDto {
  @ValidateIf((body) => Object.hasOwn(body, 'complete'))
  @IsBoolean()
  complete?: boolean
}
type Task = { id: string, description: string, complete: boolean }

// Store keeps the states of one kind under their names.
class Store<T> {
  private readonly states = new Map<string, T>()

  has(name: string) {
    return this.states.has(name)
  }

  find(name: string): T {
    if (!this.states.has(name)) throw new NotFoundException('there is nothing here')
    return this.states.get(name)!
  }

  add(name: string, state: T): T {
    if (this.states.has(name)) throw new ConflictException('the name exists already')
    return this.put(name, state)
  }

  put(name: string, state: T): T {
    this.states.set(name, state)
    return state
  }

  remove(name: string) {
    this.find(name)
    this.states.delete(name)
  }

  sorted(): T[] {
    return [...this.states].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, state]) => state)
  }
}
@Injectable()
class Items extends Store<{ value: unknown }> {}
@Injectable()
class Tasks extends Store<Task> {}

@Controller('items/:key')
class ItemController {
  constructor(private readonly items: Items) {}

  @Get()
  read(@Param('key') key: string) {
    return this.items.find(key)
  }

  @Post()
  create(@Param('key') key: string, @Body() { value }: ItemDto) {
    return this.items.add(key, { value })
  }

  @Put()
  replace(@Param('key') key: string, @Body() { value }: ItemDto, @Res({ passthrough: true }) response: Response) {
    if (!this.items.has(key)) response.status(201)
    return this.items.put(key, { value })
  }

  @Delete()
  @HttpCode(204)
  remove(@Param('key') key: string) {
    this.items.remove(key)
  }
}

@Controller('tasks')
class TaskController {
  constructor(private readonly tasks: Tasks) {}

  @Get()
  list() {
    return this.tasks.sorted()
  }

  @Post()
  create(@Body() { description }: NewTaskDto, @Res({ passthrough: true }) response: Response) {
    const id = randomUUID()
    response.location(`/tasks/${id}`)
    return this.tasks.add(id, { id, description, complete: false })
  }

  @Get(':id')
  read(@Param('id') id: string) {
    return this.tasks.find(id)
  }

  @Post(':id')
  add(@Param('id') id: string, @Body() { description }: NewTaskDto) {
    return this.tasks.add(id, { id, description, complete: false })
  }

  @Put(':id')
  complete(@Param('id') id: string, @Body() change: ChangeDto) {
    return Object.assign(this.tasks.find(id), change)
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string) {
    this.tasks.remove(id)
  }
}

@Module({ controllers: [ItemController, TaskController], providers: [Items, Tasks] })
class AppModule {}

// Errors adds "error" as a sentence to what Nest answers. Nest has a message there, or a list of them.
@Catch(HttpException)
class Errors implements ExceptionFilter {
  catch(exception: HttpException, host: ArgumentsHost) {
    const statusCode = exception.getStatus()
    const { message } = exception.getResponse() as { message: string | string[] }
    host.switchToHttp().getResponse<Response>().status(statusCode).json({ statusCode, error: [message].flat().join(', ') })
  }
}

// labelled refuses a body that is empty or not labelled as JSON, for which Express leaves the body undefined.
function labelled(request: Request, response: Response, next: NextFunction) {
  if (!['POST', 'PUT'].includes(request.method)) return next()
  if (request.get('Content-Length') === '0') throw new BadRequestException('the body is empty')
  if (!request.is('json')) throw new UnsupportedMediaTypeException('send application/json')
  next()
}

// methods answers 405 to what a path does not have, where Nest has 404, and lists what there is.
function methods(request: Request, response: Response, next: NextFunction) {
  const one = /^\/(items|tasks)\/[^/]+$/.test(request.path)
  if (!one && request.path !== '/tasks') return next()
  const allow = one ? ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] : ['GET', 'HEAD', 'POST', 'OPTIONS']
  const has = allow.includes(request.method)
  if (!has || request.method === 'OPTIONS') response.set('Allow', allow.join(', '))
  next(has ? undefined : new MethodNotAllowedException())
}

async function main() {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['error', 'warn'], bodyParser: false })
  app.set('etag', false)
  app.set('case sensitive routing', true)
  app.use(helmet(), compression({ threshold: 0 }), methods)
  app.enableCors({ optionsSuccessStatus: 200 }) // it gives a 204 a Content-Length, which RFC 9110 §8.6 forbids
  app.use(labelled)
  app.useBodyParser('json', { limit: '1mb' })
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }))
  app.useGlobalFilters(new Errors())
  await app.listen(Number(process.env.PORT), '127.0.0.1')
}
void main()
